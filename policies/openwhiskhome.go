package policies

import (
	"unicode/utf16"

	"github.com/coldcurve/coldcurve/sim"
)

// OpenWhiskHome is the load balancer of OpenWhisk: each action has a home among the
// invokers by the hash of its name, and a step, by the same hash, from one to the next
// that it tries, until one has memory that no busy container holds. The idle ones there
// leave for it. The steps are coprime with the number of invokers, so that all are tried.
//
// Where none has room, OpenWhisk overloads one at random, at which the request waits; here
// it waits at the platform, or is rejected, as its limit says. And it sends requests too
// this way, not only starts: here an idle instance serves wherever it is.
type OpenWhiskHome struct{}

var _ sim.PlacementFactory = OpenWhiskHome{}

// About describes the policy.
func (OpenWhiskHome) About() Entry {
	return Entry{
		Name: "openwhisk-home", Help: "from a home by the hash of the function's name, in steps by the same hash, the first node whose memory busy instances leave room in", Control: Operator,
		Source: "ShardingContainerPoolBalancer of apache/openwhisk at 1fae641a, of one kind of invokers, without its overload rule [V]",
	}
}

// New returns the policy of a cluster.
func (OpenWhiskHome) New(nodes int) sim.Placement { return homes{steps: coprimes(nodes)} }

type homes struct{ steps []int }

// Place goes from the home on. The owner of a function is its namespace.
func (h homes) Place(c sim.Nodes, _ sim.Time) int {
	f := c.Function()
	hash := abs(javaHash(f.Owner) ^ javaHash(f.Owner+"/"+f.ID()))
	at, step := hash%c.Len(), h.steps[hash%len(h.steps)]
	for !c.CanFit(at) {
		at = (at + step) % c.Len()
	}
	return at
}

// javaHash is Java's String.hashCode.
func javaHash(s string) (h int32) {
	for _, unit := range utf16.Encode([]rune(s)) {
		h = 31*h + int32(unit)
	}
	return h
}

// abs is of −2^31, too, which Java's is not.
func abs(h int32) int { return int(max(int64(h), -int64(h))) }

// coprimes returns the numbers up to n that are coprime with it and with each other, in
// the order in which they are found.
func coprimes(n int) (list []int) {
next:
	for x := 1; x <= n; x++ {
		if gcd(x, n) != 1 {
			continue
		}
		for _, y := range list {
			if gcd(x, y) != 1 {
				continue next
			}
		}
		list = append(list, x)
	}
	return list
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
