// SPDX-License-Identifier: GPL-2.0-only
// What is shown of a finding: rows, columns, and the bars of the locks.

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
