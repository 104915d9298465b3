package sim

// calendar counts what is under way, by when it ends. It is a list for each day of a year,
// and for each of some years what ends in it, which is listed by day when that begins. So
// who begins, ends or counts looks at few others, however many there are.
type calendar struct {
	days  [calendarYear]uint32 // the first of each day of the year, + 1; 0: none
	years [calendarYears]uint32
	far   uint32 // beyond those
	ends  []listed
	free  uint32
	day   Time // today: days before are over
	count int
	soon  int // of those, listed by day
}

// listed is an end in a list.
type listed struct {
	at   Time
	next uint32 // + 1; 0: none
}

const (
	calendarDay   = 22 // a day is 2^22 ns long, 4 ms
	calendarBits  = 14
	calendarYear  = 1 << calendarBits // days, 69 s
	calendarYears = 1 << 12
)

// reset empties the calendar and keeps its memory.
func (c *calendar) reset() {
	clear(c.days[:])
	clear(c.years[:])
	c.far, c.ends, c.free, c.day, c.count, c.soon = 0, c.ends[:0], 0, 0, 0, 0
}

// add counts what ends at a time, which is today or later.
func (c *calendar) add(at Time) {
	c.count++
	i := c.free
	if i != 0 {
		c.free = c.ends[i-1].next
	} else {
		c.ends = append(c.ends, listed{})
		i = uint32(len(c.ends))
	}
	c.ends[i-1].at = at
	c.list(i)
}

// list puts an end where it belongs.
func (c *calendar) list(i uint32) {
	e := &c.ends[i-1]
	day := e.at >> calendarDay
	list := &c.far
	switch years := day>>calendarBits - c.day>>calendarBits; {
	case years == 0:
		list = &c.days[day%calendarYear]
		c.soon++
	case years < calendarYears:
		list = &c.years[(day>>calendarBits)%calendarYears]
	}
	e.next, *list = *list, i
}

// atMost returns as many as at, and those that have ended today.
func (c *calendar) atMost(now Time) int {
	if today := now >> calendarDay; c.day < today {
		c.turn(today)
	}
	return c.count
}

// at returns how many are under way at a time, which is no earlier than any before; what
// ends then is not.
func (c *calendar) at(now Time) int {
	c.atMost(now)
	for list := &c.days[c.day%calendarYear]; *list != 0; {
		if e := &c.ends[*list-1]; e.at > now {
			list = &e.next
		} else {
			c.drop(list)
		}
	}
	return c.count
}

// drop takes the first out of a list.
func (c *calendar) drop(list *uint32) {
	i := *list
	e := &c.ends[i-1]
	*list = e.next
	e.next, c.free = c.free, i
	c.count--
	c.soon--
}

// turn lets the days before one be over.
func (c *calendar) turn(today Time) {
	for c.day < today && c.count > 0 {
		if c.soon == 0 { // nothing ends this year
			if c.day = min(today, (c.day>>calendarBits+1)<<calendarBits); c.day%calendarYear == 0 {
				c.newYear()
			}
			continue
		}
		for list := &c.days[c.day%calendarYear]; *list != 0; {
			c.drop(list)
		}
		if c.day++; c.day%calendarYear == 0 {
			c.newYear()
		}
	}
	c.day = today
}

// newYear lists by day what ends in the year that begins.
func (c *calendar) newYear() {
	year := c.day >> calendarBits % calendarYears
	c.listAll(&c.years[year])
	if year%(calendarYears/4) == 0 {
		c.listAll(&c.far)
	}
}

// listAll puts those of a list where they belong now.
func (c *calendar) listAll(list *uint32) {
	i := *list
	for *list = 0; i != 0; {
		next := c.ends[i-1].next
		c.list(i)
		i = next
	}
}
