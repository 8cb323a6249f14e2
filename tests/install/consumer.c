/* What a program sees of an installed libimap4: the header and the library belong together. */
#include <imap4.h>
#include <stdio.h>
#include <string.h>

int main(void) {
    const char *version = imap_version_string();
    if (strcmp(version, IMAP4_VERSION_STRING) != 0 || imap_version_number() != IMAP4_VERSION_NUMBER) {
        fprintf(stderr, "header %s, library %s\n", IMAP4_VERSION_STRING, version);
        return 1;
    }
    imap_free(NULL);
    printf("libimap4 %s\n", version);
    return 0;
}
