/* SPDX-License-Identifier: GPL-2.0-only */
/* Byte buffers (framework/buffer.h): what goes in comes out, and nothing else. */
#include <stdlib.h>
#include <string.h>

#include "framework/buffer.h"
#include "tests/unit/unit.h"

static const uint64_t numbers[] = {
	0, 1, 127, 128, 16383, 16384, UINT32_MAX, (uint64_t)UINT32_MAX + 1,
	INT64_MAX, (uint64_t)INT64_MAX + 1, UINT64_MAX,
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static struct weft_reader reader_of(const struct weft_buffer *buffer)
{
	struct weft_reader reader;

	weft_reader_init(&reader, buffer->data, buffer->n);
	return reader;
}

START_TEST(what_was_put_is_got_back)
{
	struct weft_buffer buffer = { 0 }, inner = { 0 }, copy;
	struct weft_reader reader, part;
	size_t i;
	char *text;

	weft_buffer_put(&inner, 42);
	for (i = 0; i < NUMBERS; i++) {
		weft_buffer_put(&buffer, numbers[i]);
		weft_buffer_put_signed(&buffer, (int64_t)numbers[i]);
		weft_buffer_put_signed(&buffer, -(int64_t)(numbers[i] >> 1));
	}
	weft_buffer_put_text(&buffer, "text");
	weft_buffer_put_text(&buffer, "");
	weft_buffer_put_text(&buffer, NULL);
	weft_buffer_put_blob(&buffer, &inner);
	weft_buffer_put_blob(&buffer, &inner);
	weft_buffer_put_address(&buffer, (uintptr_t)&numbers);
	weft_buffer_put_address(&buffer, 0x300000001234);
	reader = reader_of(&buffer);
	for (i = 0; i < NUMBERS; i++) {
		ck_assert_uint_eq(weft_reader_get(&reader), numbers[i]);
		ck_assert_int_eq(weft_reader_get_signed(&reader),
				 (int64_t)numbers[i]);
		ck_assert_int_eq(weft_reader_get_signed(&reader),
				 -(int64_t)(numbers[i] >> 1));
	}
	text = weft_reader_get_text(&reader);
	ck_assert_str_eq(text, "text");
	free(text);
	text = weft_reader_get_text(&reader);
	ck_assert_str_eq(text, "");
	free(text);
	ck_assert_ptr_null(weft_reader_get_text(&reader));
	part = weft_reader_get_blob(&reader);
	ck_assert_uint_eq(weft_reader_get(&part), 42);
	ck_assert(weft_reader_is_at_end(&part));
	weft_reader_copy_blob(&reader, &copy);
	ck_assert_uint_eq(copy.n, inner.n);
	ck_assert_uint_eq(weft_reader_get_address(&reader),
			  (uintptr_t)&numbers);
	ck_assert_uint_eq(weft_reader_get_address(&reader), 0x300000001234);
	ck_assert(weft_reader_is_at_end(&reader));
	weft_buffer_clear(&copy);
	weft_buffer_clear(&inner);
	weft_buffer_clear(&buffer);
}
END_TEST

START_TEST(small_numbers_are_one_byte)
{
	struct weft_buffer buffer = { 0 };

	weft_buffer_put(&buffer, 127);
	weft_buffer_put_signed(&buffer, -64);
	weft_buffer_put_signed(&buffer, 63);
	ck_assert_uint_eq(buffer.n, 3);
	weft_buffer_put(&buffer, 128);
	ck_assert_uint_eq(buffer.n, 5);
	weft_buffer_clear(&buffer);
}
END_TEST

static const struct {
	const char *bytes;
	size_t n;
} senseless[] = {
	{ "", 0 }, { "\x80", 1 }, { "\xff\xff\xff", 3 },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10 },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },
};

START_TEST(a_number_that_does_not_end_or_fit_is_refused)
{
	struct weft_reader reader;

	weft_reader_init(&reader, senseless[_i].bytes, senseless[_i].n);
	ck_assert_uint_eq(weft_reader_get(&reader), 0);
	ck_assert(reader.bad);
	ck_assert_uint_eq(weft_reader_get(&reader), 0);
	ck_assert(!weft_reader_is_at_end(&reader));
}
END_TEST

START_TEST(a_count_that_the_bytes_cannot_hold_is_refused)
{
	struct weft_buffer buffer = { 0 };
	struct weft_reader reader;

	weft_buffer_put(&buffer, 3);
	weft_buffer_put_bytes(&buffer, "123456", 6);
	reader = reader_of(&buffer);
	ck_assert_uint_eq(weft_reader_get_count(&reader, 2), 3);
	reader = reader_of(&buffer);
	ck_assert_uint_eq(weft_reader_get_count(&reader, 3), 0);
	ck_assert(reader.bad);
	reader = reader_of(&buffer);
	ck_assert_uint_eq(weft_reader_get_most(&reader, 2), 0);
	ck_assert(reader.bad);
	weft_buffer_clear(&buffer);
}
END_TEST

START_TEST(a_text_with_a_zero_in_it_is_refused)
{
	struct weft_reader reader;

	weft_reader_init(&reader, "\x04" "a\0b", 4);
	ck_assert_ptr_null(weft_reader_get_text(&reader));
	ck_assert(reader.bad);
}
END_TEST

/* Any bytes, read by any calls: never beyond the end (valgrind and asan see). */
START_TEST(any_bytes_can_be_read)
{
	uint64_t seed = (uint64_t)_i + 1;
	int i, j, n;

	for (i = 0; i < 2000; i++) {
		unsigned char *bytes;
		struct weft_reader reader;
		struct weft_buffer copy;

		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		n = (int)(seed >> 33) % 40;
		bytes = malloc((size_t)n + 1);
		for (j = 0; j < n; j++) {
			seed = seed * 6364136223846793005ull + 1;
			bytes[j] = (unsigned char)(seed >> (seed >> 61 ? 40 : 59));
		}
		weft_reader_init(&reader, bytes, (size_t)n);
		for (j = 0; j < 20; j++) {
			seed = seed * 6364136223846793005ull + 1;
			switch (seed >> 61) {
			case 0:
				weft_reader_get(&reader);
				break;
			case 1:
				weft_reader_get_signed(&reader);
				break;
			case 2:
				free(weft_reader_get_text(&reader));
				break;
			case 3:
				weft_reader_copy_blob(&reader, &copy);
				ck_assert_uint_le(copy.n, (size_t)n);
				weft_buffer_clear(&copy);
				break;
			case 4:
				weft_reader_get_address(&reader);
				break;
			case 5:
				ck_assert_uint_le(weft_reader_get_count(&reader,
							2), (size_t)n / 2);
				break;
			default:
				weft_reader_get_bytes(&reader, seed >> 58 & 7);
			}
			ck_assert(reader.at <= reader.end);
			ck_assert_ptr_eq(reader.end, bytes + n);
		}
		free(bytes);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("buffer");
	TCase *loops = tcase_create("loops");

	unit_add(suite, what_was_put_is_got_back);
	unit_add(suite, small_numbers_are_one_byte);
	unit_add(suite, a_count_that_the_bytes_cannot_hold_is_refused);
	unit_add(suite, a_text_with_a_zero_in_it_is_refused);
	tcase_add_loop_test(loops,
			    a_number_that_does_not_end_or_fit_is_refused, 0,
			    (int)(sizeof(senseless) / sizeof(senseless[0])));
	tcase_add_loop_test(loops, any_bytes_can_be_read, 0, 5);
	suite_add_tcase(suite, loops);
	return suite;
}
