package redact

import (
	_ "embed"
	"math"
	"strings"
	"sync"
)

// wordList holds words of routes and of programs' documentation in lower case,
// roughly by frequency: of English, with those that routes have in other
// languages. Its trigrams stand for words that are not in it.
//
//go:embed words.txt
var wordList string

const (
	letters   = 26
	edge      = 26  // before the first letter
	rankStart = 50  // the word of rank r has a probability as 1 ÷ (r + rankStart)
	smoothing = 5   // weight of the shorter context, in letters seen
	mixture   = 1   // bits: which half of the mixture, words or trigrams
	joint     = 1.5 // bits for each word that goes on without a gap, as in chatbot
	partLeast = 3   // letters of a word within such a one
)

// model tells words from letters at random.
type model struct {
	trigram [27 * 27 * 27]float64 // log2(26 × probability of a letter after two)
	word    map[string]float64    // log2 of the probability of a word
	longest int
}

// theModel is a constant that is computed when it is first needed.
var theModel = sync.OnceValue(func() *model { return train(strings.Fields(wordList)) })

// train counts the words.
func train(words []string) *model {
	m := &model{word: make(map[string]float64, len(words))}
	var one [letters]float64
	var two [27][letters]float64
	var three [27 * 27][letters]float64
	sum := 0.0
	for r := range words {
		sum += 1 / float64(r+rankStart)
	}
	for r, w := range words {
		m.word[w] = math.Log2(1 / float64(r+rankStart) / sum)
		m.longest = max(m.longest, len(w))
		a, b := edge, edge
		for i := range len(w) {
			c := int(w[i] - 'a')
			one[c]++
			two[b][c]++
			three[a*27+b][c]++
			a, b = b, c
		}
	}
	all := total(one[:])
	for context := range three {
		shorter, counts := &two[context%27], &three[context]
		inShorter, inContext := total(shorter[:]), total(counts[:])
		for c := range letters {
			p := (one[c] + 1) / (all + letters)
			p = (shorter[c] + smoothing*p) / (inShorter + smoothing)
			p = (counts[c] + smoothing*p) / (inContext + smoothing)
			m.trigram[context*27+c] = math.Log2(letters * p)
		}
	}
	return m
}

func total(counts []float64) (sum float64) {
	for _, n := range counts {
		sum += n
	}
	return sum
}

// gain says by how many bits a run of the letters a to z is more probable as a
// word, or as words without a gap, than as letters at random.
func (m *model) gain(w []byte) float64 {
	best := make([]float64, len(w)+1) // of the first i letters, as words of the list
	for i := 1; i <= len(w); i++ {
		best[i] = math.Inf(-1)
		for from := max(0, i-m.longest); from < i; from++ {
			whole := from == 0 && i == len(w)
			if math.IsInf(best[from], -1) || i-from < partLeast && !whole {
				continue
			}
			if p, ok := m.word[string(w[from:i])]; ok {
				bits := best[from] + p + float64(i-from)*math.Log2(letters)
				if !whole {
					bits -= joint
				}
				best[i] = max(best[i], bits)
			}
		}
	}
	return max(best[len(w)], m.trigrams(w)) - mixture
}

func (m *model) trigrams(w []byte) (bits float64) {
	a, b := edge, edge
	for _, c := range w {
		bits += m.trigram[(a*27+b)*27+int(c-'a')]
		a, b = b, int(c-'a')
	}
	return bits
}
