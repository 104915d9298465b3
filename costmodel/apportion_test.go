package costmodel

import (
	"math/big"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"
)

// TestApportion: a tenth in three parts leaves a remainder in the last digit, which the
// first of the equal ones has.
func TestApportion(t *testing.T) {
	amount, _, _ := apd.NewFromString("0.1")
	for _, row := range []struct {
		weights []int64
		want    []string
	}{
		{[]int64{1, 1, 1}, []string{"0.033333333333333334", "0.033333333333333333", "0.033333333333333333"}},
		{[]int64{1, 0, 3}, []string{"0.025", "0", "0.075"}},
		{[]int64{0, 0}, nil},
		{[]int64{5}, []string{"0.1"}},
	} {
		got := Apportion(amount, bigs(row.weights))
		if len(got) != len(row.want) {
			t.Fatalf("%d: %d parts, want %d", row.weights, len(got), len(row.want))
		}
		for i := range got {
			if got[i].Text('f') != row.want[i] {
				t.Errorf("%d: part %d is %s, want %s", row.weights, i, got[i].Text('f'), row.want[i])
			}
		}
	}
}

// TestApportionSums: parts of any amount, of a credit too, sum to it.
func TestApportionSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := apd.New(rapid.Int64().Draw(t, "coefficient"), rapid.Int32Range(-40, 3).Draw(t, "exponent"))
		weights := append(rapid.SliceOf(rapid.Int64Min(0)).Draw(t, "weights"), 1)
		sum := new(apd.Decimal)
		for _, part := range Apportion(amount, bigs(weights)) {
			if part.Sign()*amount.Sign() < 0 {
				t.Fatalf("%s in %s", part.Text('f'), amount.Text('f'))
			}
			sum = add(sum, &part)
		}
		if sum.Cmp(amount) != 0 {
			t.Fatalf("parts sum to %s, want %s", sum.Text('f'), amount.Text('f'))
		}
	})
}

func bigs(list []int64) []*big.Int {
	out := make([]*big.Int, len(list))
	for i, n := range list {
		out[i] = big.NewInt(n)
	}
	return out
}
