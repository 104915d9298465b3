package results

import "math"

// costVsLatency draws each row's cost against its p99, of rows of one currency.
func (s *Set) costVsLatency(rows []Row) (*Figure, error) {
	what := ofUsersWords(rows, "latency")
	if goesOn(rows) {
		what = "the time until an event is done"
	}
	return s.costAgainst(rows, speedOf(rows), what, "faster at p99"), nil
}

// costVsTTFT draws each row's cost against the p99 of its time to the first token.
func (s *Set) costVsTTFT(rows []Row) (*Figure, error) {
	return s.costAgainst(rows, "ttft_p99_s", "time to the first token", "sooner at p99 of the first token"), nil
}

// costAgainst draws cost against a p99.
func (s *Set) costAgainst(rows []Row, column, what, better string) *Figure {
	return s.costPoints(rows, column, what, better).figure()
}

// costPoints are the points of the plot.
func (s *Set) costPoints(rows []Row, column, what, better string) *scatterPlot {
	names := labels(rows, true)
	references := s.references(rows)
	most := 0.0
	for i := range rows {
		if x := rows[i].waits(column); !rows[i].Bound && x > most {
			most = x
		}
	}
	unit, per := timeScale(most)
	sp := &scatterPlot{over: s.overWords(), title: "Cost against " + what, things: "rows", columns: "cost and p99",
		xTitle: "99th percentile of " + what + ", " + unit, yTitle: costWords(currencyOf(rows), s.Span),
		caption: "Each point is a row of the table; down and left is better. On the Pareto front no other row of the same load is cheaper or " + better + " by its mean, and not worse in the other. Rows that fail requests or miss the SLO are on no front."}
	for i := range rows {
		x, _ := rows[i].Stat(rows[i].waited(column))
		y, _ := rows[i].Stat("cost")
		if math.IsNaN(x.Mean) || math.IsNaN(y.Mean) || rows[i].Bound {
			continue
		}
		sp.add(scatterPoint{x: x.Mean * per, y: y.Mean, xHalf: x.Half * per, yHalf: y.Half, label: names[i],
			xOf: columnOf{&rows[i], column}, yOf: columnOf{&rows[i], "cost"},
			unfit: rows[i].fault(), load: loadKey(&rows[i], loadPaths(rows[i].Values, -1))}, i, references)
	}
	return sp
}
