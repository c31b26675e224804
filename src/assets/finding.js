// SPDX-License-Identifier: GPL-2.0-only
// The page of a finding: moving about in it. The scripts finding_story.js, _rows, _board
// and _panel come before this one, in one function (html_finding.c). Text is only ever
// set as text.

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
