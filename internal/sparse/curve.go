// Package sparse holds curves over very many buckets of which few are touched:
// ten years of seconds, in which something happens now and then.
package sparse

import "iter"

// Curve is an integer on each of the buckets 0 … n−1: a level, which goes on until
// it changes, and a part of the bucket's own. Both begin as 0. Memory grows with the
// buckets that are touched, in pages of 16; what lies between costs nothing.
// The zero Curve has no buckets.
type Curve struct {
	n       int
	folders []*folder
	spare   []page
}

// bucket is what a touched bucket holds.
type bucket struct {
	part int64
	step int64 // change of the level from this bucket on
}

const (
	pageBits   = 4
	folderBits = 10
	pageLen    = 1 << pageBits
	folderLen  = 1 << folderBits
	// spareMost is how many pages are allocated together at most.
	spareMost = 256
)

type (
	page   [pageLen]bucket
	folder [folderLen]*page
)

// NewCurve returns a curve over n buckets.
func NewCurve(n int) Curve {
	return Curve{n: n, folders: make([]*folder, (n+pageLen*folderLen-1)/(pageLen*folderLen))}
}

// Len returns the number of buckets.
func (c *Curve) Len() int { return c.n }

// at returns a bucket, which it touches.
func (c *Curve) at(b int) *bucket {
	f := c.folders[b>>(pageBits+folderBits)]
	if f == nil {
		return c.add(b)
	}
	p := f[b>>pageBits&(folderLen-1)]
	if p == nil {
		return c.add(b)
	}
	return &p[b&(pageLen-1)]
}

// add makes the page of a bucket.
func (c *Curve) add(b int) *bucket {
	f := &c.folders[b>>(pageBits+folderBits)]
	if *f == nil {
		*f = new(folder)
	}
	if len(c.spare) == 0 {
		c.spare = make([]page, min(spareMost, max(1, c.n>>pageBits)))
	}
	p := &c.spare[0]
	c.spare = c.spare[1:]
	(*f)[b>>pageBits&(folderLen-1)] = p
	return &p[b&(pageLen-1)]
}

// Add adds to one bucket.
func (c *Curve) Add(b int, v int64) { c.at(b).part += v }

// Raise adds to the level from a bucket on. From Len on there is none.
func (c *Curve) Raise(b int, v int64) {
	if b < c.n {
		c.at(b).step += v
	}
}

// Merge adds another curve over as many buckets.
func (c *Curve) Merge(o *Curve) {
	for b, p := range o.pages() {
		for i := range p {
			if p[i] != (bucket{}) {
				into := c.at(b + i)
				into.part += p[i].part
				into.step += p[i].step
			}
		}
	}
}

// pages returns the pages that there are, in order, each with its first bucket.
func (c *Curve) pages() iter.Seq2[int, *page] {
	return func(yield func(int, *page) bool) {
		for i, f := range c.folders {
			if f == nil {
				continue
			}
			for k, p := range f {
				if p != nil && !yield((i<<folderBits+k)<<pageBits, p) {
					return
				}
			}
		}
	}
}

// Run is some buckets that follow each other and have the same value.
type Run struct {
	From, To int   // buckets [From, To)
	Level    int64 // of each
	Part     int64 // of the only one; 0 where there are several
}

// Runs returns the buckets in order, all of them, in runs.
func (c *Curve) Runs() iter.Seq[Run] {
	return func(yield func(Run) bool) {
		at, level := 0, int64(0)
		for b, p := range c.pages() {
			if at < b && !yield(Run{From: at, To: b, Level: level}) {
				return
			}
			for i := range min(pageLen, c.n-b) {
				level += p[i].step
				if !yield(Run{From: b + i, To: b + i + 1, Level: level, Part: p[i].part}) {
					return
				}
			}
			at = min(b+pageLen, c.n)
		}
		if at < c.n {
			yield(Run{From: at, To: c.n, Level: level})
		}
	}
}
