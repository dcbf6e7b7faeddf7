/* pop_date.c
 * The point in time that a field Date names.
 *
 * RFC 5322 sections 3.3 (date and time) and 4.3 (obsolete forms).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "mail/pop_date.h"

#include <glib.h>

#include "mail/pop_words.h"

#define HOUR 3600

/* --- Tokens ----------------------------------------------------------------------------------- */

typedef struct date_reader {
    pop_span rest;
} date_reader;

/* RFC 5322 section 3.2.2: blanks and comments may stand between any two tokens. */
static void skip(date_reader *reader)
{
    size_t at = 0, depth = 0;
    const pop_span *rest = &reader->rest;
    for (; at < rest->length; at++) {
        uint8_t octet = rest->octets[at];
        if (octet == '(') {
            depth++;
        } else if (octet == ')' && depth > 0) {
            depth--;
        } else if (octet == '\\' && depth > 0) {
            at++;
        } else if (depth == 0 && !pop_is_white_space(octet)) {
            break;
        }
    }
    reader->rest = pop_span_part(*rest, at, rest->length);
}

static pop_span take_while(date_reader *reader, bool (*is_of)(uint8_t octet))
{
    skip(reader);
    size_t length = 0;
    while (length < reader->rest.length && is_of(reader->rest.octets[length])) {
        length++;
    }
    pop_span token = pop_span_part(reader->rest, 0, length);
    reader->rest = pop_span_part(reader->rest, length, reader->rest.length);
    return token;
}

static bool is_letter(uint8_t octet)
{
    return g_ascii_isalpha(octet);
}

/* A number of `least` to `most` digits; -1: there is none. */
static int take_number(date_reader *reader, size_t least, size_t most, size_t *digits_out)
{
    pop_span token = take_while(reader, pop_is_digit);
    uint64_t number = 0;
    if (token.length < least || token.length > most || !pop_span_number(token, &number)) {
        return -1;
    }
    if (digits_out != NULL) {
        *digits_out = token.length;
    }
    return (int)number;
}

static bool take_mark(date_reader *reader, uint8_t mark)
{
    skip(reader);
    if (reader->rest.length == 0 || reader->rest.octets[0] != mark) {
        return false;
    }
    reader->rest = pop_span_part(reader->rest, 1, reader->rest.length);
    return true;
}

/* --- Parts ------------------------------------------------------------------------------------ */

static int take_month(date_reader *reader)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    pop_span name = pop_span_part(take_while(reader, is_letter), 0, 3);
    for (int month = 0; month < 12 && name.length == 3; month++) {
        if (pop_span_is(name, (pop_span){ (const uint8_t *)names + (size_t)month * 3, 3 })) {
            return month + 1;
        }
    }
    return -1;
}

/* RFC 5322 section 4.3: years of two digits are 1950 to 2049, of three since 1900. */
static int take_year(date_reader *reader)
{
    size_t digits = 0;
    int year = take_number(reader, 2, 4, &digits);
    if (digits == 2) {
        return year < 50 ? 2000 + year : 1900 + year;
    }
    return digits == 3 ? 1900 + year : year;
}

static int zone_of_name(pop_span name)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = { { "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 }, { "MST", -7 },
        { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 } };
    for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
        if (pop_span_is(name, (pop_span){ (const uint8_t *)zones[i].name, 3 })) {
            return zones[i].hours * HOUR;
        }
    }
    return 0; /* UT, GMT, and all of which nobody can know what was meant */
}

/* Seconds east of UTC. */
static int take_zone(date_reader *reader)
{
    bool is_west = take_mark(reader, '-');
    if (!is_west && !take_mark(reader, '+')) {
        return zone_of_name(take_while(reader, is_letter));
    }
    int zone = take_number(reader, 4, 4, NULL);
    if (zone < 0) {
        return 0;
    }
    int seconds = zone / 100 * HOUR + zone % 100 * 60;
    return is_west ? -seconds : seconds;
}

typedef struct date_parts {
    int day, month, year, hour, minute, second;
} date_parts;

static bool take_time(date_reader *reader, date_parts *parts)
{
    parts->hour = take_number(reader, 1, 2, NULL);
    if (!take_mark(reader, ':')) {
        return false;
    }
    parts->minute = take_number(reader, 1, 2, NULL);
    parts->second = take_mark(reader, ':') ? take_number(reader, 1, 2, NULL) : 0;
    return parts->hour >= 0 && parts->minute >= 0 && parts->second >= 0 && parts->second <= 60;
}

bool pop_date_read(pop_span value, int64_t *seconds_out)
{
    date_reader reader = { pop_span_part(value, 0, POP_FIELD_MOST) };
    date_parts parts = { 0 };
    take_while(&reader, is_letter); /* the day of the week */
    take_mark(&reader, ',');
    parts.day = take_number(&reader, 1, 2, NULL);
    parts.month = take_month(&reader);
    parts.year = take_year(&reader);
    if (!take_time(&reader, &parts)) {
        return false;
    }
    bool leaps = parts.second == 60; /* RFC 5322 section 3.3 allows the leap second */
    GDateTime *date = g_date_time_new_utc(
        parts.year, parts.month, parts.day, parts.hour, parts.minute, leaps ? 59 : parts.second);
    if (date == NULL) {
        return false;
    }
    *seconds_out = g_date_time_to_unix(date) + (leaps ? 1 : 0) - take_zone(&reader);
    g_date_time_unref(date);
    return true;
}
