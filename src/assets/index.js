// SPDX-License-Identifier: GPL-2.0-only
// A row is shown when it has all the words that were typed.
'use strict';
(function () {
const words = document.getElementById('words');
const shown = document.getElementById('shown');
const rows = Array.from(document.querySelectorAll('table.filtered tbody tr'));

// How long campaigns took is in a file of its own: the page is the same every time.
function duration(seconds) {
	if (seconds < 10)
		return seconds.toFixed(seconds < 0.1 ? 2 : 1) + ' s';
	if (seconds < 120)
		return Math.round(seconds) + ' s';
	return seconds < 7200 ? Math.round(seconds / 60) + ' min' :
		(seconds / 3600).toFixed(1) + ' h';
}
document.querySelectorAll('[data-took]').forEach(function (place) {
	const seconds = (window.weftTimes || {})[place.dataset.took];

	if (seconds === undefined)
		return;
	place.textContent = place.dataset.before + duration(seconds);
	place.hidden = false;
});
// What the words mean belongs on paper as well.
window.addEventListener('beforeprint', function () {
	document.querySelectorAll('details.terms-of').forEach(function (details) {
		details.open = true;
	});
});
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
