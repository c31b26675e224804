// SPDX-License-Identifier: GPL-2.0-only
// How high rows are: as high as their text needs in its column.

// In pixels: of characters, of lines, of what is around them; as style.css has it.
const SCREEN = { op: 7.9, at: 7.2, line: 17, small: 16, around: 11, bare: 27 };
const PAPER = { op: 5.5, at: 4.9, line: 13, small: 11, around: 10, bare: 20, edge: 16 };
const NARROW = { op: 7.9, at: 6.5, line: 17, small: 14, around: 11, bare: 27 };
const PAGE = 660, OP_LINES = 3, AT_LINES = 3;

function units() {
	return view.paper ? PAPER :
		window.matchMedia('(max-width: 40rem)').matches ? NARROW : SCREEN;
}

// What a column has for text. Of paper the width is known, but nothing laid out.
function roomOf(column) {
	if (view.paper)
		return (PAGE - width(view.bars.length)) * view.shares[column] /
			view.total - PAPER.edge;
	return heads.children[column + 1].clientWidth - view.bars[column] -
		2 * parseFloat(getComputedStyle(board).getPropertyValue('--edge'));
}

// As a browser breaks it: behind blanks and hyphens, and words that are longer than
// a line where that ends.
function linesOf(text, size, room, most) {
	const n = Math.max(Math.floor(room / size), 8);
	let lines = text ? 1 : 0, used = 0;

	text.split(/(?<=[ -])/).forEach(function (word) {
		const length = word.trimEnd().length;

		if (used && used + length > n) {
			lines++;
			used = 0;
		}
		lines += Math.max(Math.ceil(length / n) - 1, 0);
		used = length > n ? length % n || n : used + word.length;
	});
	return Math.min(lines, most);
}

// Lines of what was done and of where, and the pixels that both need.
function sizeOf(row, rooms, of) {
	const step = row.step === undefined ? null : view.steps[row.step];
	const size = { op: 1, at: 0, height: of.bare };
	let room;

	if (view.all || !step)
		return size;
	room = rooms.get(step.t);
	size.op = linesOf(step.x, of.op, room, OP_LINES);
	size.at = linesOf(placeOf(step), of.at, room, AT_LINES);
	size.height = Math.max(size.op * of.line + size.at * of.small + of.around, of.bare);
	return size;
}

function measureRows() {
	const rooms = new Map(view.columns.map(function (t, i) { return [t, roomOf(i)]; }));
	const of = units();

	view.sizes = view.rows.map(function (row) { return sizeOf(row, rooms, of); });
	view.tops = [0];
	view.sizes.forEach(function (size, n) { view.tops.push(view.tops[n] + size.height); });
}

function heightOfRows() {
	return view.tops[view.rows.length];
}

// The row at a height of the board.
function rowOfHeight(y) {
	let low = 0, high = view.rows.length;

	while (low < high) {
		const mid = (low + high) >> 1;

		if (view.tops[mid + 1] <= y)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
