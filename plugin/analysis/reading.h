/* reading.h
 * The end of a reading: the last moment at which what the dissector keeps of a capture can be read.
 *
 * All of it lives in file scope, which the host frees when a file is closed or loaded again, when
 * preferences change what is dissected, and every so many packets (tshark -M); and it frees it
 * before it draws or resets what listens to taps. So what a listener keeps for longer than that is
 * plain: of memory of its own, without a pointer into file scope.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef POP_READING_H
#define POP_READING_H

/* From now on, until the program ends or `pop_reading_leave`, `end(data)` is called whenever the
 * file scope is about to be freed. It must let go of every pointer into it; what it still wants to
 * know it asks there. Not from within `end`. */
void pop_reading_join(void (*end)(void *data), void *data);
void pop_reading_leave(void *data);

/* Registration only. */
void pop_reading_register(void);

#endif
