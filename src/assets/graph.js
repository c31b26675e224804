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

// A picture that does not fit its frame begins at its leftmost lock or, beside
// that, at what is on a cycle.
document.querySelectorAll('.graph').forEach(function (frame) {
	const all = Array.from(frame.querySelectorAll('g.node'));
	const red = all.filter(function (node) {
		return node.classList.contains('red');
	});
	const inner = frame.getBoundingClientRect();
	const boxes = (red.length ? red : all).map(function (node) {
		return node.getBoundingClientRect();
	}).sort(function (a, b) {
		return a.left - b.left;
	});
	if (!boxes.length)
		return;
	if (frame.scrollWidth > frame.clientWidth)
		frame.scrollLeft += boxes[0].left - inner.left - 16;
	if (frame.scrollHeight > frame.clientHeight)
		frame.scrollTop += (boxes[0].top + boxes[0].bottom) / 2 -
			inner.top - frame.clientHeight / 2;
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
	document.querySelectorAll('details').forEach(function (details) {
		details.open = true;
	});
});
open_target();
}());
