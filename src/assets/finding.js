// SPDX-License-Identifier: GPL-2.0-only
// The swimlanes of a finding: a column per task, time downward, only the rows in
// sight exist. Text is only ever set as text.
'use strict';
(function () {
const story = JSON.parse(document.getElementById('story').textContent);
const board = document.getElementById('board');
const body = document.getElementById('rows');
const heads = document.getElementById('heads');
const panel = document.getElementById('panel');
const more = document.getElementById('more');
const colours = ['#1565c0', '#ad1457', '#2e7d32', '#8d4b00', '#6a1b9a',
	'#00707a', '#b71c1c', '#4e5b61', '#3949ab', '#7a6000', '#004d40',
	'#880e4f', '#33691e', '#bf360c', '#311b92', '#5d4037'];

function make(name, text, className) {
	const node = document.createElement(name);

	if (text !== undefined)
		node.textContent = text;
	if (className)
		node.className = className;
	return node;
}

// --- what is shown ---

const view = { first: false, all: false, rows: [], columns: [], spans: [],
	tops: [0], chosen: 0, paper: false, steps: story.steps };
const locks = new Map();

function lockOf(name) {
	if (!locks.has(name))
		locks.set(name, { letter: letter(locks.size),
			colour: colours[locks.size % colours.length] });
	return locks.get(name);
}

// The box with the letter that stands for a lock, here and on its bars.
function badge(name) {
	const lock = lockOf(name), box = make('span', lock.letter, 'badge');

	box.style.background = lock.colour;
	return box;
}

// As html_write_tint(): task 0 and kernel threads are the scenery.
function tint(t) {
	if (!t || story.tasks[t].service)
		return 0;
	return story.tasks.slice(1, t).filter(function (task) {
		return !task.service;
	}).length % 6 + 1;
}

function letter(n) {
	return n < 26 ? String.fromCharCode(65 + n) : String(n + 1);
}

function rank(t) {
	const task = story.tasks[t];

	return t === 0 ? 3 : task.service ? 2 : task.involved ? 0 : 1;
}

// It was never applied, so it has no number.
function isWait(step) {
	return step.d && story.kind === 'deadlock';
}

// A row for each task: beside each other they would seem to be at the same time.
function addGaps(rows, gap, before) {
	if (gap)
		gap.forEach(function (n, t) {
			rows.push({ gap: new Map([[t, n]]), before: before });
		});
}

// Rows are indices into steps, or { gap: task → how many are left out }.
function chooseRows() {
	const rows = [];
	let gap = null;

	view.steps = view.first && story.first ? story.first.steps : story.steps;
	view.steps.forEach(function (step, i) {
		if (!view.all && !step.k) {
			gap = gap || new Map();
			if (step.n !== null)
				gap.set(step.t, (gap.get(step.t) || 0) + 1);
			return;
		}
		if (rows.length)
			addGaps(rows, gap, i);
		gap = null;
		rows.push({ step: i });
	});
	addGaps(rows, gap, view.steps.length);
	view.rows = rows;
	chooseColumns();
	findSpans();
}

function chooseColumns() {
	const seen = new Set();

	view.rows.forEach(function (row) {
		if (row.step !== undefined)
			seen.add(view.steps[row.step].t);
	});
	view.columns = Array.from(seen).sort(function (a, b) {
		return rank(a) - rank(b) || a - b;
	});
}

// The first row that is not before step number i of the list.
function rowAt(i) {
	let low = 0, high = view.rows.length;

	while (low < high) {
		const mid = (low + high) >> 1, row = view.rows[mid];
		const at = row.step !== undefined ? row.step : row.before - 1;

		if (at < i)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

function findSpans() {
	const held = new Map(), spans = [];

	function slots(t) {
		if (!held.has(t))
			held.set(t, []);
		return held.get(t);
	}
	view.steps.forEach(function (step, i) {
		const mine = slots(step.t);
		let at;

		if (step.a === 1) {
			at = mine.findIndex(function (span) { return !span; });
			if (at < 0)
				at = mine.length;
			mine[at] = { t: step.t, lock: step.l, from: i, slot: at,
				to: view.steps.length, open: true,
				shared: step.r === true };
			spans.push(mine[at]);
		} else if (step.a === -1) {
			at = mine.findIndex(function (span) {
				return span && span.lock === step.l;
			});
			if (at >= 0) {
				mine[at].to = i;
				mine[at].open = false;
				mine[at] = null;
			}
		}
	});
	spans.forEach(function (span) {
		span.top = rowAt(span.from);
		span.end = span.open ? view.rows.length : rowAt(span.to) + 1;
	});
	// Taken and released where nothing is shown.
	view.spans = spans.filter(function (span) {
		return span.open || span.end - span.top > 1 ||
			view.rows[span.top].step !== undefined;
	});
}

// --- places ---

function framesOf(stack) {
	if (stack === null || stack === undefined)
		return [];
	return story.stacks[stack].map(function (f) { return story.frames[f]; });
}

function siteText(frame) {
	return frame[0] + '()' + (frame[1] ? ' ' + frame[1] + ':' + frame[2] : '');
}

// Helpers in headers say less than who calls them.
function siteOf(frames) {
	return frames.find(function (frame) {
		return frame[1] && !frame[1].startsWith('include/');
	}) || frames[0];
}

function shortSite(frame) {
	return frame[0] + '()' + (frame[1] ? ' ' +
		frame[1].replace(/^.*\//, '') + ':' + frame[2] : '');
}

// --- drawing ---

const SLOT = 14, FADE = 26;

function deepest(t) {
	return view.spans.reduce(function (n, span) {
		return span.t === t ? Math.max(n, span.slot + 1) : n;
	}, 0);
}

// Scenery beside more than one other column gets less of the width.
function share(t, i, all) {
	return rank(t) < 2 || all.length < 3 ? 1 : all.length === 3 ? 0.6 : 0.45;
}

function drawHeads() {
	heads.textContent = '';
	heads.append(make('div', 'step', 'number'));
	view.shares = view.columns.map(share);
	view.total = view.shares.reduce(function (sum, n) { return sum + n; }, 0);
	board.style.setProperty('--n', view.total);
	view.bars = view.columns.map(function (t) { return SLOT * deepest(t); });
	board.style.setProperty('--digits', Math.max(String(view.steps.length).length, 3));
	board.style.setProperty('--bars', width(view.bars.length) + 'px');
	board.parentNode.classList.toggle('many', view.columns.length > 2);
	board.parentNode.classList.toggle('below', view.columns.length > 4);
	board.classList.toggle('lines', !view.all);
	view.columns.forEach(function (t, i) {
		const head = make('div', undefined, 't' + tint(t));

		const what = story.tasks[t].service ? ' (kernel thread)' :
			t || !(story.tasks[t].calls || []).length ? '' : ' (checks)';
		const name = make('span', story.tasks[t].name);

		// Stays in sight as long as some of its column is.
		name.append(make('span', what, 'what'));
		head.title = name.textContent;
		head.append(name);
		head.style.setProperty('--share', view.shares[i]);
		head.style.setProperty('--bar', view.bars[i] + 'px');
		heads.append(head);
	});
	measureRows();
	body.style.height = heightOfRows() + 'px';
	board.style.height = 'min(34rem, ' + (heightOfRows() + 48) + 'px)';
}

// --- how high rows are: as high as their text needs in its column ---

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

function rowNode(n) {
	const row = view.rows[n], node = make('div', undefined, 'row');
	const step = row.step === undefined ? null : view.steps[row.step];

	node.id = 'row-' + n;
	node.dataset.row = n;
	node.setAttribute('role', 'option');
	node.setAttribute('aria-selected', n === view.chosen);
	node.style.top = view.tops[n] + 'px';
	node.style.height = view.sizes[n].height + 'px';
	node.style.setProperty('--op-lines', view.sizes[n].op);
	node.style.setProperty('--at-lines', view.sizes[n].at);
	node.append(make('div', step && step.n !== null ? String(step.n) : '', 'number'));
	if (step && step.d)
		node.classList.add('deadly');
	view.columns.forEach(function (t, i) {
		const cell = make('div');

		cell.style.setProperty('--share', view.shares[i]);
		cell.style.setProperty('--bar', view.bars[i] + 'px');
		cell.style.paddingLeft = 'calc(var(--edge) + ' + view.bars[i] + 'px)';
		if (!step && row.gap.has(t))
			cell.append(make('span', '… ' + row.gap.get(t) + ' step' +
				(row.gap.get(t) === 1 ? '' : 's') + ' …', 'gap'));
		if (step && step.t === t)
			fillCell(cell, step);
		node.append(cell);
	});
	return node;
}

// The model of a system call did it: then it has no place in the kernel.
function placeOf(step) {
	const frames = framesOf(step.s);

	return step.c ? 'in ' + step.c :
		frames.length ? shortSite(siteOf(frames)) : '';
}

function fillCell(cell, step) {
	const frames = framesOf(step.s), place = placeOf(step);

	cell.title = step.x + (step.c ? '\n' + place :
		frames.length ? '\n' + siteText(siteOf(frames)) : '');
	cell.append(make('span', step.x, 'op'));
	if (place)
		cell.append(make('span', (view.all ? ' ' : '') + place,
			view.all ? 'dim' : 'at'));
}

// How much of the board lies before a column, behind that of the numbers.
function before(column) {
	return view.shares.slice(0, column).reduce(function (sum, n) { return sum + n; }, 0);
}

// The bars of the columns before one.
function width(column) {
	return view.bars.slice(0, column).reduce(function (sum, n) { return sum + n; }, 0);
}

// Widths are bars and shares of what they leave of the board, on paper as well.
function spanNode(span, column) {
	const lock = lockOf(span.lock);
	const node = make('div', undefined, 'span' + (span.open ? ' open' : ''));
	const head = make('b', lock.letter);

	node.title = span.lock + (span.shared ? ' (shared)' : '') +
		(span.open ? ', never released' : '');
	node.style.top = view.tops[span.top] + 3 + 'px';
	node.style.height = Math.max(view.tops[span.end] - view.tops[span.top] - 6, 6) + 'px';
	node.style.left = 'calc(var(--number) + (100% - var(--number) - var(--bars)) * ' +
		before(column) + ' / var(--n) + ' +
		(width(column) + 3 + span.slot * SLOT) + 'px)';
	node.style.background = span.shared ?
		'repeating-linear-gradient(0deg,' + lock.colour + ' 0 4px,transparent 4px 6px)' :
		lock.colour;
	head.style.background = lock.colour;
	node.append(head);
	return node;
}

// Columns that are not wholly in sight are named, so that nobody takes the rest for
// all; what lies behind the edge fades out.
function tellHidden() {
	const left = board.scrollLeft, right = left + board.clientWidth;
	const numbers = heads.children[0].offsetWidth;
	const hidden = view.columns.filter(function (t, i) {
		const head = heads.children[i + 1];

		return head.offsetLeft + head.offsetWidth > right + SLOT ||
			head.offsetLeft + SLOT < left + numbers;
	});

	board.classList.toggle('cut', board.scrollWidth > right + 1);
	board.style.setProperty('--scrollbar', board.offsetWidth - board.clientWidth -
		2 * board.clientLeft + 'px');
	more.hidden = board.scrollWidth <= board.clientWidth + 1;
	more.textContent = more.hidden ? '' : '↔ scroll sideways' + (hidden.length ? ' for ' +
		hidden.map(function (t) { return story.tasks[t].name; }).join(', ') : '');
}

function draw(everything) {
	const top = Math.max(board.scrollTop - heads.offsetHeight, 0);
	const from = everything ? 0 : Math.max(rowOfHeight(top) - 8, 0);
	const to = everything ? view.rows.length :
		Math.min(rowOfHeight(top + board.clientHeight) + 9, view.rows.length);
	const nodes = document.createDocumentFragment();
	let n;

	for (n = from; n < to; n++)
		nodes.append(rowNode(n));
	view.spans.forEach(function (span) {
		const column = view.columns.indexOf(span.t);

		if (column >= 0 && span.end > from && span.top < to)
			nodes.append(spanNode(span, column));
	});
	body.replaceChildren(nodes);
	tellHidden();
	board.setAttribute('aria-activedescendant', 'row-' + view.chosen);
}

function drawLegend() {
	const legend = document.getElementById('legend');
	const used = new Set(view.spans.map(function (span) { return span.lock; }));

	legend.textContent = '';
	used.forEach(lockOf);
	Array.from(locks.keys()).filter(function (name) {
		return used.has(name);
	}).forEach(function (name) {
		const entry = make('span');

		entry.append(badge(name), make('code', name));
		legend.append(entry);
	});
	if (view.spans.some(function (span) { return span.shared; })) {
		const entry = make('span', undefined, 'dim');

		entry.append(make('span', undefined, 'striped'), 'held shared');
		legend.append(entry);
	}
	// It is scrolled where there are many of them.
	if (legend.scrollHeight > legend.clientHeight + 1)
		legend.tabIndex = 0;
	else
		legend.removeAttribute('tabindex');
}

function layOut(paper) {
	view.paper = paper;
	drawHeads();
	draw(paper);
}

// --- the step being looked at ---

function heldAt(i) {
	return view.spans.filter(function (span) {
		return span.from <= i && span.to > i;
	});
}

function sourceNode(frame) {
	const lines = frame && frame[1] ? story.source[frame[1]] : null;
	const pre = make('pre');
	let n;

	if (!lines || lines[frame[2]] === undefined)
		return make('p', 'The source is not at hand.', 'dim');
	for (n = frame[2] - 4; n <= frame[2] + 4; n++) {
		if (lines[n] === undefined)
			continue;
		pre.append(make('span', String(n).padStart(6) +
			(n === frame[2] ? ' ▶ ' : '   ') + lines[n],
			n === frame[2] ? 'here' : ''));
	}
	pre.tabIndex = 0;
	pre.setAttribute('aria-label', 'source');
	return pre;
}

function stackNode(frames, source) {
	const list = make('ol');

	frames.forEach(function (frame) {
		const item = make('li'), button = make('button', siteText(frame) +
			(frame[3] ? ' [inlined]' : ''));

		button.setAttribute('aria-pressed', frame === siteOf(frames));
		button.addEventListener('click', function () {
			list.querySelectorAll('button').forEach(function (other) {
				other.setAttribute('aria-pressed', other === button);
			});
			source.replaceChildren(sourceNode(frame));
		});
		item.append(button);
		list.append(item);
	});
	return list;
}

function momentNode(i) {
	const table = make('table'), held = heldAt(i);

	view.columns.forEach(function (t) {
		const mine = held.filter(function (span) { return span.t === t; });
		const row = make('tr'), last = lastOf(t, i), cell = make('td');

		row.append(make('th', story.tasks[t].name, 't' + tint(t)));
		if (last && last.d)
			cell.append(make('b', last.x, 'bug'), make('br'));
		cell.append(mine.length ? 'holds ' : 'holds nothing');
		mine.forEach(function (span, k) {
			cell.append(k ? ', ' : '', badge(span.lock),
				make('code', span.lock +
				(span.shared ? ' (shared)' : '')));
		});
		row.append(cell);
		table.append(row);
	});
	return table;
}

function lastOf(t, i) {
	for (; i >= 0; i--)
		if (view.steps[i].t === t)
			return view.steps[i];
	return null;
}

function drawPanel() {
	const row = view.rows[view.chosen], source = make('div');
	let step, frames;

	panel.textContent = '';
	if (!row)
		return;
	if (row.step === undefined) {
		panel.append(make('p', 'Steps that are not shown here: choose “every step”.'));
		return;
	}
	step = view.steps[row.step];
	frames = framesOf(step.s);
	panel.append(make('h3', story.tasks[step.t].name +
		(isWait(step) ? ', for ever' : step.n === null ? '' : ', step ' + step.n)), make('code', step.x));
	if (step.c)
		panel.append(make('p', 'in ' + step.c, 'dim'));
	panel.append(make('h3', 'Locks at this moment'), momentNode(row.step));
	if (frames.length) {
		source.append(sourceNode(siteOf(frames)));
		panel.append(make('h3', 'Source'), source, make('h3', 'Stack'),
			stackNode(frames, source));
	}
}

// --- moving ---

// On a narrow screen not all columns are in sight.
function showColumn(row) {
	const step = row && row.step !== undefined ? view.steps[row.step] : null;
	const head = step && heads.children[view.columns.indexOf(step.t) + 1];

	if (!head)
		return;
	// The numbers stay where they are, and cover what is below them.
	const numbers = heads.children[0].offsetWidth;

	if (head.offsetLeft + head.offsetWidth + FADE > board.scrollLeft + board.clientWidth)
		board.scrollLeft = head.offsetLeft + head.offsetWidth + FADE - board.clientWidth;
	if (head.offsetLeft - numbers < board.scrollLeft)
		board.scrollLeft = head.offsetLeft - numbers;
}

function choose(n, scroll) {
	const head = heads.offsetHeight;
	let top, end;

	view.chosen = Math.max(0, Math.min(n, view.rows.length - 1));
	top = view.tops[view.chosen];
	end = (view.tops[view.chosen + 1] || 0) + head;
	if (scroll && top < board.scrollTop)
		board.scrollTop = top;
	else if (scroll && end > board.scrollTop + board.clientHeight)
		board.scrollTop = end - board.clientHeight;
	if (scroll)
		showColumn(view.rows[view.chosen]);
	draw();
	drawPanel();
	document.getElementById('position').textContent =
		'row ' + (view.chosen + 1) + ' of ' + view.rows.length;
}

function nextSwitch(direction) {
	const now = view.rows[view.chosen];
	const task = now.step === undefined ? -1 : view.steps[now.step].t;
	let n;

	for (n = view.chosen + direction; n >= 0 && n < view.rows.length; n += direction)
		if (view.rows[n].step !== undefined &&
		    view.steps[view.rows[n].step].t !== task)
			return n;
	return view.chosen;
}

// The row of a step of the story, which may have to be brought to light.
function showStep(i) {
	let n;

	if (view.first)
		show({ first: false });
	n = rowAt(i);
	if (view.rows[n] === undefined || view.rows[n].step !== i) {
		show({ all: true });
		n = rowAt(i);
	}
	choose(n, true);
	board.scrollIntoView({ block: 'nearest' });
	board.focus({ preventScroll: true });
}

function deadly() {
	let n;

	for (n = view.rows.length - 1; n >= 0; n--)
		if (view.rows[n].step !== undefined && view.steps[view.rows[n].step].d)
			return n;
	for (n = view.rows.length - 1; n > 0 && view.rows[n].step === undefined; )
		n--;
	return n;
}

// What the reasons begin with; a deadlock is what it ends with.
function telling() {
	const first = story.kind === 'deadlock' ? null : story.why[0];
	const end = first && (first.before.row !== null ? first.before : first.after);
	const n = end && end.row !== null ? rowAt(end.row) : -1;

	return n >= 0 && view.rows[n] && view.rows[n].step === end.row ? n : deadly();
}

function show(what) {
	Object.assign(view, what);
	chooseRows();
	drawHeads();
	drawLegend();
	press('condensed', !view.all);
	press('every', view.all);
	press('smallest', !view.first);
	press('first', view.first);
	choose(0, true);
}

function press(id, on) {
	const button = document.getElementById(id);

	if (button)
		button.setAttribute('aria-pressed', on);
}

function onClick(id, action) {
	const button = document.getElementById(id);

	if (button)
		button.addEventListener('click', action);
}

const moves = {
	ArrowDown: function () { return view.chosen + 1; },
	ArrowUp: function () { return view.chosen - 1; },
	j: function () { return view.chosen + 1; },
	k: function () { return view.chosen - 1; },
	n: function () { return nextSwitch(1); },
	p: function () { return nextSwitch(-1); },
	Home: function () { return 0; },
	End: function () { return view.rows.length - 1; },
	PageDown: function () { return view.chosen + 12; },
	PageUp: function () { return view.chosen - 12; },
};

board.addEventListener('keydown', function (event) {
	if (!moves[event.key] || event.ctrlKey || event.metaKey || event.altKey)
		return;
	event.preventDefault();
	choose(moves[event.key](), true);
});
board.addEventListener('click', function (event) {
	const row = event.target.closest('.row');

	if (row)
		choose(Number(row.dataset.row), false);
});
board.addEventListener('scroll', function () { draw(); });
window.addEventListener('resize', function () { layOut(view.paper); });
window.addEventListener('beforeprint', function () { layOut(true); });
window.addEventListener('afterprint', function () { layOut(false); });
onClick('condensed', function () { show({ all: false }); });
onClick('every', function () { show({ all: true }); });
onClick('smallest', function () { show({ first: false }); });
onClick('first', function () { show({ first: true }); });
onClick('begin', function () { choose(0, true); });
onClick('back', function () { choose(view.chosen - 1, true); });
onClick('forward', function () { choose(view.chosen + 1, true); });
onClick('switch', function () { choose(nextSwitch(1), true); });
onClick('end', function () { choose(deadly(), true); });
onClick('copy', function () {
	navigator.clipboard.writeText(document.getElementById('command').textContent);
});
document.querySelectorAll('[data-step]').forEach(function (link) {
	link.addEventListener('click', function (event) {
		event.preventDefault();
		showStep(Number(link.dataset.step));
	});
});
// Letters go in the order in which the page names the locks.
function writeLetters() {
	const taken = new Set(story.steps.filter(function (step) {
		return step.a === 1;
	}).map(function (step) { return step.l; }));

	document.querySelectorAll('[data-lock]').forEach(function (lock) {
		if (!taken.has(lock.dataset.lock))
			return;
		lock.prepend(badge(lock.dataset.lock));
		document.getElementById('letters').hidden = false;
	});
}

document.getElementById('swimlanes').hidden = false;
writeLetters();
show({});
choose(telling(), true);
if (story.kind !== 'deadlock')
	board.scrollTop = Math.max(0, view.tops[view.chosen] - board.clientHeight / 2);
}());
