// SPDX-License-Identifier: GPL-2.0-only
// A row is shown when it has all the words that were typed.
'use strict';
(function () {
const words = document.getElementById('words');
const shown = document.getElementById('shown');
const rows = Array.from(document.querySelectorAll('table.filtered tbody tr'));

if (!words)
	return;
function filter() {
	const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
	let n = 0;

	rows.forEach(function (row) {
		const text = row.textContent.toLowerCase();

		row.hidden = !wanted.every(function (word) {
			return text.includes(word);
		});
		n += row.hidden ? 0 : 1;
	});
	shown.textContent = wanted.length ? n + ' of ' + rows.length + ' rows' : '';
}
words.addEventListener('input', filter);
document.getElementById('search').hidden = false;
}());
