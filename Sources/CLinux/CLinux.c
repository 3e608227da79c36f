// SPDX-FileCopyrightText: The Brevlåda authors
// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

const int clinux_o_path = O_PATH;

static void copy_status(const struct stat *status, struct clinux_file_status *result) {
    result->device = (uint64_t)status->st_dev;
    result->inode = (uint64_t)status->st_ino;
    result->size = (int64_t)status->st_size;
    result->modified_seconds = (int64_t)status->st_mtim.tv_sec;
    result->modified_nanoseconds = (int64_t)status->st_mtim.tv_nsec;
    result->changed_seconds = (int64_t)status->st_ctim.tv_sec;
    result->changed_nanoseconds = (int64_t)status->st_ctim.tv_nsec;
    result->is_regular = S_ISREG(status->st_mode);
    result->is_folder = S_ISDIR(status->st_mode);
    result->is_readable_by_others = (status->st_mode & (S_IRGRP | S_IROTH)) != 0;
    result->is_readable_by_everybody = (status->st_mode & S_IROTH) != 0;
}

int clinux_file_status(int descriptor, struct clinux_file_status *result) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return -1;
    copy_status(&status, result);
    return 0;
}

int clinux_path_status(const char *path, struct clinux_file_status *result) {
    struct stat status;
    if (stat(path, &status) != 0) return -1;
    copy_status(&status, result);
    return 0;
}

int64_t clinux_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    struct rlimit raised = {limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur > INT32_MAX ? INT32_MAX : (int64_t)limit.rlim_cur;
}

bool clinux_ignores(int signal) {
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

ssize_t clinux_write_without_waiting(int descriptor, const void *bytes, size_t count) {
    struct iovec part = {(void *)bytes, count};
    ssize_t written = pwritev2(descriptor, &part, 1, -1, RWF_NOWAIT);
    if (written >= 0 || errno == EAGAIN || errno == EPIPE || errno == EBADF) return written;
    // Terminals, files, and older kernels' pipes and sockets don't know the flag. A pipe that is ready takes PIPE_BUF bytes
    // (pipe(7)).
    struct pollfd ready = {descriptor, POLLOUT, 0};
    if (count > PIPE_BUF || poll(&ready, 1, 0) == 0) {
        errno = EAGAIN;
        return -1;
    }
    return write(descriptor, bytes, count);
}

void clinux_limit_heaps(int count) {
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, count);
#else
    (void)count;
#endif
}

static int release_constant_segments(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size;
    (void)context;
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What may be written may have been: addresses are filled in when the program is loaded.
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
        uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
        uintptr_t begin = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
        if (begin < end) madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    // The first object is the program; its libraries are shared with others.
    return 1;
}

void clinux_release_code(void) {
    dl_iterate_phdr(release_constant_segments, NULL);
}
