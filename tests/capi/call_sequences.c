/* Sequences of public calls against servers that are right, odd or hostile, the same each time: no thread, no socket, no
 * clock but the stage's. What is checked stands in support/calls.h.
 *
 *   call_sequences                         the corpus of the fuzz target (fuzz/corpus/calls), and some random sequences
 *   call_sequences every_random_sequence_keeps_its_word    with CALL_SEQUENCES=1000000 as many as given, CALL_SEED=7 from there
 *   CALL_FILE=FILE call_sequences          one input; STAGE_SHOW=1 shows what happens */
#include "calls.h"
#include "kit.h"
#include "stage.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 4096 };

/* A program that hangs where no octet moves is ended by the system. */
enum { SECONDS_FOR_ONE = 20 };

static void too_long(int number) {
  stage_fail(__FILE__, __LINE__, "more than %d seconds, and signal %d", SECONDS_FOR_ONE, number);
}

static void play_file(const char *path) {
  static unsigned char octets[LONGEST];
  FILE *file = fopen(path, "rb");
  REQUIRE(file != NULL);
  size_t len = fread(octets, 1, sizeof octets, file);
  fclose(file);
  alarm(SECONDS_FOR_ONE);
  calls_play(path, octets, len);
}

static void the_corpus_keeps_its_word(void) {
  const char *one = getenv("CALL_FILE"), *source = getenv("IMAP4_SOURCE_DIR");
  if (one) {
    play_file(one);
    return;
  }
  char folder[4096];
  snprintf(folder, sizeof folder, "%s/fuzz/corpus/calls", source ? source : ".");
  DIR *dir = opendir(folder);
  REQUIRE(dir != NULL);
  int count = 0;
  for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
    char path[5000];
    if (entry->d_name[0] == '.')
      continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    play_file(path);
    count++;
  }
  closedir(dir);
  CHECK(count > 5);
}

static void play_random(unsigned seed) {
  unsigned char octets[1500];
  char name[60];
  unsigned state = seed * 2654435761u + 1;
  size_t len = 100 + kit_random(&state) % (sizeof octets - 100);
  for (size_t i = 0; i < len; i++)
    octets[i] = (unsigned char)kit_random(&state);
  snprintf(name, sizeof name, "CALL_SEED=%u CALL_SEQUENCES=1", seed);
  alarm(SECONDS_FOR_ONE);
  calls_play(name, octets, len);
}

static void every_random_sequence_keeps_its_word(void) {
  const char *count = getenv("CALL_SEQUENCES"), *first = getenv("CALL_SEED");
  size_t sequences = count ? (size_t)atol(count) : kit_repeats(1000);
  unsigned seed = first ? (unsigned)strtoul(first, NULL, 10) : 1;
  for (size_t i = 0; i < sequences && getenv("CALL_FILE") == NULL; i++)
    play_random(seed + (unsigned)i);
  printf("  %zu calls\n", stage_calls());
}

int main(int argc, char **argv) {
  signal(SIGALRM, too_long);
  static const kit_test tests[] = {TEST(the_corpus_keeps_its_word), TEST(every_random_sequence_keeps_its_word)};
  return kit_main(argc, argv, tests, COUNT_OF(tests));
}
