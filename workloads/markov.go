package workloads

// cumulative returns the running sums of probabilities.
func cumulative(p []float64) []float64 {
	sums, sum := make([]float64, len(p)), 0.0
	for i, x := range p {
		sum += x
		sums[i] = sum
	}
	return sums
}

// pick returns the first index whose cumulative probability exceeds u; should
// rounding leave u beyond them all, the last that has a probability.
func pick(cumulative []float64, u float64) int {
	last := 0
	for i, c := range cumulative {
		if u < c {
			return i
		}
		if i == 0 && c > 0 || i > 0 && c > cumulative[i-1] {
			last = i
		}
	}
	return last
}

// irreducible reports whether every state leads to every other.
func irreducible(jumps [][]float64) bool {
	n := len(jumps)
	for from := range n {
		seen, stack := make([]bool, n), []int{from}
		seen[from] = true
		count := 1
		for len(stack) > 0 {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for j, p := range jumps[i] {
				if p > 0 && !seen[j] {
					seen[j] = true
					count++
					stack = append(stack, j)
				}
			}
		}
		if count < n {
			return false
		}
	}
	return true
}

// stationary returns the stationary distribution of an irreducible Markov
// chain, by the algorithm of Grassmann, Taksar and Heyman (Oper. Res. 33(5),
// 1985): Gaussian elimination without a subtraction, so nothing cancels.
func stationary(jumps [][]float64) []float64 {
	n := len(jumps)
	a := make([][]float64, n)
	for i := range a {
		a[i] = append([]float64(nil), jumps[i]...)
	}
	for k := n - 1; k > 0; k-- {
		out := 0.0
		for j := range k {
			out += a[k][j]
		}
		for i := range k {
			a[i][k] /= out
			for j := range k {
				a[i][j] += float64(a[i][k] * a[k][j])
			}
		}
	}
	pi := make([]float64, n)
	pi[0] = 1
	for k := 1; k < n; k++ {
		for i := range k {
			pi[k] += float64(pi[i] * a[i][k])
		}
	}
	return pi
}
