/* What is read of one row, and added to the job's sums. read_tree.c goes through the tree, read_views.c uses the typed
 * views. */
#ifndef BENCH_IMAP4_READ_H
#define BENCH_IMAP4_READ_H

#include "../common/contest.h"

#include <imap4.h>

void read_meta(struct job *job, const imap_response *row);   /* UID, flags, date, size */
void read_env(struct job *job, const imap_response *row);    /* UID, and each address in To */
void read_body(struct job *job, const imap_response *row);
void read_huge(struct job *job, const imap_response *row);
void read_search(struct job *job, const imap_response *row); /* each number */
void read_list(struct job *job, const imap_response *row);   /* the name */

#endif
