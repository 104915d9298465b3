package estimate

import "slices"

// Halving is successive halving (Karnin, Koren and Somekh 2013): all candidates get
// one replication, the better two fifths get twice as many, and so on until few
// remain.
type Halving[C interface {
	comparable
	standing
}] struct {
	Last   int                             // replications of the last round
	Extend func(field []C, reps int) error // brings candidates to so many
}

// First is how many replications the first round has of so many candidates.
func (h *Halving[C]) First(candidates int) int {
	if candidates <= finalists || h.Last <= 1 {
		return 2 // with which it shows whether there is hope
	}
	return 1
}

// Run runs the rounds but the last, and returns what remains for it, and with how many
// replications: Last, or fewer where there is no hope.
func (h *Halving[C]) Run(all []C) (field []C, rounds []Round, last int, err error) {
	field = slices.Clone(all)
	for reps := 1; ; reps *= 2 {
		ends := len(field) <= finalists || reps >= h.Last
		if ends {
			reps = max(h.First(len(field)), reps)
		}
		if err := h.Extend(field, reps); err != nil {
			return nil, rounds, reps, err
		}
		switch {
		case hopeless(field):
			return field, rounds, reps, nil
		case ends:
			return field, rounds, h.Last, nil
		}
		slices.SortStableFunc(field, Better[C])
		round := Round{Plans: len(field), Replications: reps, Kept: keptOf(len(field))}
		kept := field[:round.Kept]
		// The cheapest that are well within the bounds stay, lest all that
		// remain turn out to be just outside.
		safe := 0
		for _, c := range field {
			if c.Standing().safe() && safe < 2 {
				safe++
				if !slices.Contains(kept, c) {
					kept = append(slices.Clip(kept), c)
				}
			}
		}
		field, round.Kept = kept, len(kept)
		rounds = append(rounds, round)
	}
}
