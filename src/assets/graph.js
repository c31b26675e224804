// SPDX-License-Identifier: GPL-2.0-only
// The table beside a lock graph: sorted by a column, opened where a link leads to.
// Without it all is there as well.
'use strict';
(function () {
function open_target() {
	const id = decodeURIComponent(location.hash.slice(1));
	const target = id && document.getElementById(id);

	if (!target)
		return;
	target.querySelectorAll('details').forEach(function (details) {
		details.open = true;
	});
	target.closest('details')?.setAttribute('open', '');
	target.scrollIntoView({block: 'center'});
	target.focus({preventScroll: true});
	mark(id);
}

// The arrow or lock of the chosen row.
function mark(id) {
	document.querySelectorAll('.graph .chosen').forEach(function (node) {
		node.classList.remove('chosen');
	});
	const shape = document.getElementById(id.replace(/^edge-/, 'arrow-')
		.replace(/^node-/, 'lock-'));
	if (shape && shape.closest('.graph'))
		shape.classList.add('chosen');
}

// --- what of a picture is in sight at first, where it does not fit its frame ---

// In pixels, and how much more than an end of an arrow a lock says.
const MARGIN = 16, GRID = 16, STARTS = 64, LOCK = 4;

// What is on a cycle counts most, then what differs between two graphs.
function weightOf(shape) {
	const has = function (name) { return shape.classList.contains(name); };

	return has('red') ? 1000 : ['gone', 'new', 'changed'].some(has) ? 3 : 1;
}

function boxOf(node) {
	const box = node.getBoundingClientRect();

	return { left: box.left, right: box.right, top: box.top,
		bottom: box.bottom, weight: LOCK * weightOf(node) };
}

function distance(box, point) {
	return Math.hypot(Math.max(box.left - point.x, 0, point.x - box.right),
		Math.max(box.top - point.y, 0, point.y - box.bottom));
}

// The lock that an arrow touches at one end: what is drawn says it.
function lockAt(boxes, path, at) {
	const point = DOMPoint.fromPoint(path.getPointAtLength(at))
		.matrixTransform(path.getScreenCTM());

	return boxes.reduce(function (best, box) {
		return distance(box, point) < distance(best, point) ? box : best;
	});
}

// An arrow says something where its number and one of its ends are in sight, and
// twice as much where both are.
function arrowsOf(frame, boxes) {
	return Array.from(frame.querySelectorAll('g.edge'), function (edge) {
		const path = edge.querySelector('path');
		const number = edge.querySelector('text').getBoundingClientRect();

		return [0, path.getTotalLength()].map(function (at) {
			const end = lockAt(boxes, path, at);

			return { left: Math.min(end.left, number.left),
				right: Math.max(end.right, number.right),
				top: Math.min(end.top, number.top),
				bottom: Math.max(end.bottom, number.bottom),
				weight: weightOf(edge) };
		});
	}).flat();
}

// How much there is in a window of the picture.
function worth(boxes, x, y, width, height) {
	return boxes.reduce(function (sum, box) {
		const inside = box.left >= x && box.right <= x + width &&
			box.top >= y && box.bottom <= y + height;

		return sum + (inside ? box.weight : 0);
	}, 0);
}

// Where windows may begin: a little before something, within bounds, on a grid that
// leaves few to compare however large the picture is.
function starts(boxes, key, most) {
	const grid = Math.max(GRID, most / STARTS);
	const all = boxes.map(function (box) {
		return Math.min(Math.max(Math.floor((box[key] - MARGIN) / grid) * grid, 0),
			most);
	});

	return Array.from(new Set(all)).sort(function (a, b) { return a - b; });
}

// Of all places the one that shows most, in the frame and in the part of it that
// the browser's window shows.
function bestView(boxes, frame) {
	const width = frame.clientWidth, height = frame.clientHeight;
	const seen = Math.min(window.innerHeight -
		frame.getBoundingClientRect().top - window.scrollY, height);
	const best = { worth: -1 };

	starts(boxes, 'top', frame.scrollHeight - height).forEach(function (y) {
		starts(boxes, 'left', frame.scrollWidth - width).forEach(function (x) {
			const n = worth(boxes, x, y, width, height) +
				(seen > 0 ? worth(boxes, x, y, width, seen) : 0);

			if (n > best.worth)
				Object.assign(best, { worth: n, x: x, y: y });
		});
	});
	return best;
}

function isLarger(frame) {
	return frame.scrollWidth > frame.clientWidth + 1 ||
		frame.scrollHeight > frame.clientHeight + 1;
}

function showBest(frame) {
	const inner = frame.getBoundingClientRect();
	const move = function (box) {
		const x = frame.scrollLeft - inner.left - frame.clientLeft;
		const y = frame.scrollTop - inner.top - frame.clientTop;

		return Object.assign(box, { left: box.left + x, right: box.right + x,
			top: box.top + y, bottom: box.bottom + y });
	};
	const boxes = Array.from(frame.querySelectorAll('g.node'), boxOf);
	const arrows = arrowsOf(frame, boxes);
	let best;

	if (!isLarger(frame) || !boxes.length)
		return;
	best = bestView(boxes.concat(arrows).map(move), frame);
	frame.scrollLeft = best.x;
	frame.scrollTop = best.y;
}

// The line above a picture of which only a part is in sight.
function tellLarger(frame) {
	const line = document.createElement('p'), text = document.createElement('span');
	const whole = document.createElement('button');

	line.className = 'tools hint';
	text.textContent = '↔ only a part of it is in sight';
	whole.type = 'button';
	whole.textContent = 'whole picture';
	whole.setAttribute('aria-pressed', 'false');
	line.append(text, whole);
	line.id = 'larger' + document.querySelectorAll('.hint').length;
	frame.before(line);
	frame.setAttribute('aria-describedby', line.id);
	whole.addEventListener('click', function () {
		const all = frame.classList.toggle('all');

		whole.setAttribute('aria-pressed', all);
		showBest(frame);
	});
	function tell() {
		line.hidden = !isLarger(frame) && !frame.classList.contains('all');
	}
	window.addEventListener('resize', tell);
	tell();
}

document.querySelectorAll('.graph').forEach(function (frame) {
	tellLarger(frame);
	showBest(frame);
});

// An arrow is thin: what is beside it counts too.
document.querySelectorAll('.graph g.edge a > path').forEach(function (path) {
	const wide = path.cloneNode(false);

	wide.setAttribute('class', 'near');
	path.before(wide);
});

function value(row, column) {
	const cell = row.cells[column];
	const text = cell.dataset.key || cell.textContent.trim();

	return /^\d+$/.test(text) ? Number(text) : text.toLowerCase();
}

function sort(table, column, down) {
	const rows = Array.from(table.tBodies[0].rows);

	rows.sort(function (a, b) {
		const x = value(a, column), y = value(b, column);
		const order = x < y ? -1 : x > y ? 1 : 0;

		return down ? -order : order;
	});
	table.tBodies[0].append(...rows);
}

document.querySelectorAll('table.sorted').forEach(function (table) {
	const heads = Array.from(table.tHead.rows[0].cells);
	const first = table.tBodies[0].rows[0];

	heads.forEach(function (head, column) {
		const button = document.createElement('button');
		const cell = first && first.cells[column];

		// What unfolds has no order.
		if (!head.textContent.trim() || (cell && cell.querySelector('details')))
			return;
		button.textContent = head.textContent;
		button.className = 'sort';
		button.type = 'button';
		head.replaceChildren(button);
		button.addEventListener('click', function () {
			const down = head.getAttribute('aria-sort') === 'ascending';

			heads.forEach(function (other) {
				other.removeAttribute('aria-sort');
			});
			head.setAttribute('aria-sort',
				down ? 'descending' : 'ascending');
			sort(table, column, down);
		});
	});
});
window.addEventListener('hashchange', open_target);
// A second click on the same link changes no hash.
document.addEventListener('click', function (event) {
	const link = event.target.closest && event.target.closest('.graph a');

	if (link)
		setTimeout(open_target, 0);
});
window.addEventListener('beforeprint', function () {
	// Of the stacks those of cycles; a hundred others would drown them.
	document.querySelectorAll('details').forEach(function (details) {
		if (details.open || (details.closest('#edges') && !details.closest('.red')))
			return;
		details.open = true;
		details.dataset.folded = '';
	});
});
window.addEventListener('afterprint', function () {
	document.querySelectorAll('details[data-folded]').forEach(function (details) {
		details.open = false;
		delete details.dataset.folded;
	});
});
open_target();
}());
