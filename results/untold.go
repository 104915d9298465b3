package results

// untoldMark stands before what is not told from something else: a mean that is above the
// least of its column, or a difference that is not 0, by less than its 95 % interval.
const untoldMark = "≈ "

// untoldRows are the rows whose mean of a metric is above the least of those that they are
// compared with (of one load and, of costs, one currency), by less than the interval of the
// difference: they are not known to be worse.
func untoldRows(rows []Row, metric string) map[*Row]bool {
	out := map[*Row]bool{}
	money := metrics[metricIndex(metric)].Money
	for _, group := range sameLoad(rows, -1) {
		by := map[string][]int{}
		for _, i := range group.rows {
			if ok, _ := rows[i].Fit(); !ok || rows[i].Bound {
				continue
			}
			key := ""
			if money {
				key = rows[i].Currency
			}
			by[key] = append(by[key], i)
		}
		for _, among := range by {
			set := least(rows, among, metric)
			for k := 1; k < len(set); k++ {
				if rows[set[0]].untold(&rows[set[k]], metric) {
					out[&rows[set[k]]] = true
				}
			}
		}
	}
	return out
}

// untold reports whether the mean of a metric is above the row's in another, by less than
// the interval of the difference.
func (r *Row) untold(o *Row, metric string) bool {
	x, _ := r.Stat(r.waited(metric))
	y, _ := o.Stat(o.waited(metric))
	more, half, _ := x.apart(&y)
	return more > 0 && half >= more // false where there is no interval
}

// marked puts the mark before what a column says of rows that are not told.
func (c summaryColumn) marked(untold map[*Row]bool) summaryColumn {
	plain := c.cell
	c.cell = func(r *Row) string {
		if untold[r] {
			return untoldMark + plain(r)
		}
		return plain(r)
	}
	return c
}

// marksUntold reports whether a table of the rows has such a mark.
func marksUntold(rows []Row) bool {
	return len(untoldRows(rows, "cost")) > 0 || len(untoldRows(rows, speedOf(rows))) > 0
}
