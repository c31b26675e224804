// SPDX-License-Identifier: GPL-2.0-only
// The step being looked at, beside the swimlanes.

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
