// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

// System calls that fill structures. Swift NIO's C modules declare the same structures of glibc, and which module Swift
// takes to be their owner then depends on the order in which files are compiled; structures of our own have one owner.
// For the same reason no header of glibc is included here.

#ifndef BREVLADA_CLINUX_H
#define BREVLADA_CLINUX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct clinux_file_status {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    int64_t modified_seconds;
    int64_t modified_nanoseconds;
    int64_t changed_seconds;
    int64_t changed_nanoseconds;
    bool is_regular;
    bool is_folder;
    // By the group or by everybody.
    bool is_readable_by_others;
    bool is_readable_by_everybody;
};

// O_PATH: a descriptor that stands for a file without opening it (open(2)).
extern const int clinux_o_path;

// fstat(2): 0, or -1 with errno set.
int clinux_file_status(int descriptor, struct clinux_file_status *result);

// stat(2): 0, or -1 with errno set.
int clinux_path_status(const char *path, struct clinux_file_status *result);

// Raises the limit on open files to the highest that needs no privilege. Returns the limit that now holds, or -1.
int64_t clinux_raise_file_limit(void);

// Whether the process ignores a signal, as one that nohup(1) started ignores SIGHUP.
bool clinux_ignores(int signal);

// Writes what can be written at once (RWF_NOWAIT of pwritev2(2)). Returns how many bytes went out, or -1 with errno: EAGAIN
// when nothing did.
ssize_t clinux_write_without_waiting(int descriptor, const void *bytes, size_t count);

// How many heaps malloc may spread its threads over: M_ARENA_MAX of mallopt(3). Only glibc has them.
void clinux_limit_heaps(int count);

// Unmaps the program's code and constants from the process (MADV_DONTNEED, madvise(2)). What is used again comes back from
// the kernel's cache of the file, at a fault of the page.
void clinux_release_code(void);

#endif
