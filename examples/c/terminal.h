/* What read_mail needs of a terminal: text of strangers that must not move the cursor, and a password without echo.
 * Nothing here is about IMAP. */
#ifndef EXAMPLES_TERMINAL_H
#define EXAMPLES_TERMINAL_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Takes one character off the text. Whatever could move the cursor or is no UTF-8 becomes U+FFFD. */
static unsigned long next_character(const char **text, const char *end) {
    static const unsigned long least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)*text;
    unsigned long c = at[0];
    int more = c < 0x80 ? 0 : c >= 0xF0 && c < 0xF5 ? 3 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xC2 && c < 0xE0 ? 1 : -1;
    *text += 1;
    if (more < 0 || end - *text < more)
        return 0xFFFD;
    c &= more == 0 ? 0x7F : 0x3FUL >> more;
    for (int i = 1; i <= more; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return 0xFFFD;
        c = c << 6 | (at[i] & 0x3F);
    }
    *text += more;
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return 0xFFFD;
    if (c == '\t' || c == '\r' || c == '\n')
        return ' ';
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c < 0x2010) || (c >= 0x2028 && c < 0x202F) ||
        (c >= 0x2060 && c < 0x2070))
        return 0xFFFD;
    return c;
}

static int columns(unsigned long c) {
    if (c >= 0x300 && c < 0x370)
        return 0;
    return (c >= 0x1100 && c < 0x1160) || (c >= 0x2E80 && c < 0xA4D0) || (c >= 0xAC00 && c < 0xD7A4) ||
        (c >= 0xF900 && c < 0xFB00) || (c >= 0xFE30 && c < 0xFE70) || (c >= 0xFF00 && c < 0xFF61) ||
        (c >= 0x1F300 && c < 0x1FB00) || (c >= 0x20000 && c < 0x30000) ? 2 : 1;
}

static void put_character(unsigned long c) {
    if (c < 0x80)
        putchar((int)c);
    else if (c < 0x800)
        printf("%c%c", (int)(0xC0 | c >> 6), (int)(0x80 | (c & 0x3F)));
    else if (c < 0x10000)
        printf("%c%c%c", (int)(0xE0 | c >> 12), (int)(0x80 | (c >> 6 & 0x3F)), (int)(0x80 | (c & 0x3F)));
    else
        printf("%c%c%c%c", (int)(0xF0 | c >> 18), (int)(0x80 | (c >> 12 & 0x3F)), (int)(0x80 | (c >> 6 & 0x3F)),
            (int)(0x80 | (c & 0x3F)));
}

/* Prints text in `width` columns: cut with an ellipsis, or filled up with blanks if `fill`. */
static void put_text(const char *text, size_t len, int width, int fill) {
    const char *end = text + len, *at;
    int whole = 0, used = 0;
    for (at = text; at < end;)
        whole += columns(next_character(&at, end));
    int room = whole <= width ? width : width - 1;
    for (at = text; at < end;) {
        unsigned long c = next_character(&at, end);
        if (used + columns(c) > room)
            break;
        used += columns(c);
        put_character(c);
    }
    if (whole > width) {
        put_character(0x2026);
        used++;
    }
    for (; fill && used < width; used++)
        putchar(' ');
}

/* Overwrites a secret; a memset the compiler could leave out. */
static void wipe(char *secret, size_t size) {
    for (volatile char *at = secret; size > 0; size--)
        *at++ = '\0';
}

/* Asks without echo, on the terminal, whatever standard input is. Ctrl-C takes effect when the echo is back. */
static int ask_password(const char *user, char *password, size_t size) {
    struct termios before, silent;
    sigset_t signals, old_signals;
    int terminal = open("/dev/tty", O_RDWR);
    if (terminal < 0 || tcgetattr(terminal, &before) != 0) {
        fprintf(stderr, "no terminal to ask for the password; set IMAP_PASSWORD instead\n");
        if (terminal >= 0)
            close(terminal);
        return 0;
    }
    fflush(stdout);
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTSTP);
    sigprocmask(SIG_BLOCK, &signals, &old_signals);
    silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    dprintf(terminal, "Password of %s: ", user);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    ssize_t len = read(terminal, password, size - 1); /* a terminal gives a line */
    tcsetattr(terminal, TCSAFLUSH, &before);
    dprintf(terminal, "\n");
    close(terminal);
    sigprocmask(SIG_SETMASK, &old_signals, NULL);
    password[len > 0 ? len : 0] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    if (*password == '\0')
        fprintf(stderr, "no password given\n");
    return *password != '\0';
}

#endif
