package results

import "math"

// regretBars draws what each cell costs the operator: as much as the bound costs, and
// the regret.
func (s *Set) regretBars(rows []Row) (*Figure, error) {
	var cells []Row
	for _, r := range cellRows(rows) {
		if !math.IsNaN(r.mean(regretColumn)) {
			cells = append(cells, r)
		}
	}
	if len(cells) == 0 {
		return nil, nil
	}
	b := &barPlot{of: "cost to the operator, USD", format: moneyEach}
	names := labels(cells, false)
	shown := s.choose(cells, mostShown)
	estimate := false
	for _, i := range shown.rows {
		cost, regret := cells[i].mean(operatorCost), cells[i].mean(regretColumn)
		bar := bar{name: names[i]}
		bar.add("as the offline bound", min(cost, cost-regret))
		bar.add("regret", regret)
		b.bars = append(b.bars, bar)
		estimate = estimate || cells[i].RegretBasis == "estimate"
	}
	caption := "What idle instances hold and cold starts, at the operator's prices, over the window: as much as the offline bound costs, which knows the future, and the regret. A bar without one is no dearer than the bound."
	if estimate {
		caption += " Of some the bound is an estimate, for the reasons that the table says."
	}
	return b.figure("Regret against the offline bound", caption, shown), nil
}
