package results

import "github.com/coldcurve/coldcurve/internal/loglinear"

// paged is the buckets of one function's histogram, kept small: an octave
// that holds nothing takes a pointer, and a bucket two bytes. What a bucket
// holds beyond 2^16−1 is kept as carries, one map write in 65,536 records.
//
// With 50,000 functions the directories take 24 MB, and a function whose
// latencies span n octaves n × 128 bytes: 150 MB allow 19 octaves each, from
// 1 ms to 8 minutes, for every one of them.
type paged struct {
	octave [loglinear.Octaves]*page
	carry  map[int]uint64 // bucket → number of 65,536s
}

// page is the counts of an octave.
type page [loglinear.Sub]uint16

// pagePool hands out what finished functions gave back.
type pagePool struct {
	pages []*page
	dirs  []*paged
	// slab is where new pages come from, many at a time.
	slab []page
}

const slabPages = 512

func (p *pagePool) newPaged() *paged {
	if n := len(p.dirs); n > 0 {
		d := p.dirs[n-1]
		p.dirs = p.dirs[:n-1]
		return d
	}
	return new(paged)
}

func (p *pagePool) newPage() *page {
	if n := len(p.pages); n > 0 {
		g := p.pages[n-1]
		p.pages = p.pages[:n-1]
		return g
	}
	if len(p.slab) == 0 {
		p.slab = make([]page, slabPages)
	}
	g := &p.slab[0]
	p.slab = p.slab[1:]
	return g
}

// release takes a function's pages back.
func (p *pagePool) release(d *paged) {
	for i, g := range d.octave {
		if g != nil {
			*g = page{}
			p.pages = append(p.pages, g)
			d.octave[i] = nil
		}
	}
	d.carry = nil
	p.dirs = append(p.dirs, d)
}

// record adds one to a bucket.
func (d *paged) record(b int, pool *pagePool) {
	g := d.octave[b>>loglinear.SubBits]
	if g == nil {
		g = d.add(b>>loglinear.SubBits, pool)
	}
	c := &g[b&(loglinear.Sub-1)]
	if *c++; *c == 0 {
		d.overflow(b)
	}
}

// add gives an octave its page.
func (d *paged) add(octave int, pool *pagePool) *page {
	g := pool.newPage()
	d.octave[octave] = g
	return g
}

// overflow notes that a bucket's count went from 2^16−1 to 0.
func (d *paged) overflow(b int) {
	if d.carry == nil {
		d.carry = make(map[int]uint64)
	}
	d.carry[b]++
}

// each calls f for each bucket that holds something, ascending.
func (d *paged) each(f func(b int, n uint64)) {
	for o, g := range d.octave {
		if g == nil {
			continue
		}
		for i, c := range g {
			b := o<<loglinear.SubBits + i
			n := uint64(c)
			if d.carry != nil {
				n += d.carry[b] << 16
			}
			if n != 0 {
				f(b, n)
			}
		}
	}
}
