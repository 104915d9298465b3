package flows

// repeated says of each step whether it may come after itself: whether it is in a
// strongly connected part of more than itself, or leads to itself. It looks at each step
// once (Tarjan 1972), and on a stack of its own, as lists may be long.
func repeated(g *Graph) []bool {
	t := repeats{next: make([][]int32, len(g.Steps)), index: nones(len(g.Steps)), low: make([]int32, len(g.Steps)), on: make([]bool, len(g.Steps)), again: make([]bool, len(g.Steps))}
	for k := range g.Steps {
		g.Steps[k].follows(func(next int32) {
			if next != None {
				t.next[k] = append(t.next[k], next)
			}
		})
	}
	for k := range g.Steps {
		if t.index[k] == None {
			t.from(int32(k))
		}
	}
	return t.again
}

type repeats struct {
	next  [][]int32
	index []int32 // in which order they were found; None: not yet
	low   []int32 // the first found that each leads to
	on    []bool  // the stack
	stack []int32
	found int32
	again []bool
}

// from looks at all that a step leads to.
func (t *repeats) from(first int32) {
	type visit struct {
		step int32
		k    int // of next
	}
	todo := []visit{{first, 0}}
	t.enter(first)
	for len(todo) > 0 {
		v := &todo[len(todo)-1]
		step := v.step
		if v.k < len(t.next[step]) {
			to := t.next[step][v.k]
			v.k++
			switch {
			case to == step:
				t.again[step] = true
			case t.index[to] == None:
				t.enter(to)
				todo = append(todo, visit{to, 0})
			case t.on[to]:
				t.low[step] = min(t.low[step], t.index[to])
			}
			continue
		}
		todo = todo[:len(todo)-1]
		if len(todo) > 0 {
			by := todo[len(todo)-1].step
			t.low[by] = min(t.low[by], t.low[step])
		}
		if t.low[step] == t.index[step] {
			t.part(step)
		}
	}
}

func (t *repeats) enter(step int32) {
	t.index[step], t.low[step], t.on[step] = t.found, t.found, true
	t.found++
	t.stack = append(t.stack, step)
}

// part takes a strongly connected part from the stack.
func (t *repeats) part(first int32) {
	several := t.stack[len(t.stack)-1] != first
	for {
		step := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.on[step] = false
		t.again[step] = t.again[step] || several
		if step == first {
			return
		}
	}
}
