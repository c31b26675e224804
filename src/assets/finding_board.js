// SPDX-License-Identifier: GPL-2.0-only
// The swimlanes: a column per task, time downward; only the rows in sight exist.

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
