package policies

import (
	"unicode/utf16"

	"github.com/coldcurve/coldcurve/sim"
)

// OpenWhiskHome is the load balancer of OpenWhisk. It sends each request to an invoker,
// and does not know who is warm there: each action has a home among the invokers by the
// hash of its name, and a step, by the same hash, from one to the next that it tries, until
// one has memory that the requests there have not been given. The steps are coprime with
// the number of invokers, so that all are tried. Where none has memory left, any is
// overloaded, drawn by the seed: there the request waits.
//
// An invoker serves what is sent to it in that order, and who is first holds back all
// others: by an idle instance of it, one that initialises for nobody, or a new one, for
// which idle ones leave. That is the line of a node (sim.Balancer).
type OpenWhiskHome struct{}

var _ sim.PlacementFactory = OpenWhiskHome{}

// About describes the policy.
func (OpenWhiskHome) About() Entry {
	return Entry{
		Name: "openwhisk-home", Help: "each request, from a home by the hash of the function's name, in steps by the same hash, to the first node with memory for all that is there; to any where none has", Control: Operator,
		Source: "ShardingContainerPoolBalancer and ContainerPool of apache/openwhisk at 1fae641a, of one kind of invokers and one controller [V]",
	}
}

// New returns the policy of a cluster.
func (OpenWhiskHome) New(nodes int) sim.Placement { return homes{steps: coprimes(nodes)} }

type homes struct{ steps []int }

// Send goes from the home on.
func (h homes) Send(c sim.Nodes, _ sim.Time) int {
	if at := h.walk(c, func(i int) bool { return c.Takes(i) && c.Committed(i) <= c.Memory(i) }); at >= 0 {
		return at
	}
	return anyNode(c)
}

// Place goes from the home on for an instance that starts ahead of requests.
func (h homes) Place(c sim.Nodes, _ sim.Time) int { return h.walk(c, c.CanFit) }

// walk returns the first that will do, −1 where none does. The owner of a function is its
// namespace.
func (h homes) walk(c sim.Nodes, will func(i int) bool) int {
	f := c.Function()
	hash := abs(javaHash(f.Owner) ^ javaHash(f.Owner+"/"+f.ID()))
	at, step := hash%c.Len(), h.steps[hash%len(h.steps)]
	for range c.Len() {
		if will(at) {
			return at
		}
		at = (at + step) % c.Len()
	}
	return -1
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
