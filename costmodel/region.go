package costmodel

import (
	"slices"
	"strings"
)

// regions are the regions that a tariff is for: what Region names, without
// what stands behind it in brackets.
func (t *Tariff) regions() []string {
	var list []string
	for r := range strings.SplitSeq(t.Region, ", ") {
		name, _, _ := strings.Cut(r, " (")
		list = append(list, name)
	}
	return list
}

// HomeRegion is the first of the regions that the tariff is for, as providers write it
// in small letters without spaces; "" where it is for none in particular.
func (t *Tariff) HomeRegion() string {
	name := strings.ToLower(strings.ReplaceAll(t.regions()[0], " ", ""))
	if name == "regionnotstated" || name == "global" {
		return ""
	}
	return name
}

// sameRegion tells whether two names are of one region: East US is eastus.
func sameRegion(a, b string) bool {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	return plain(a) == plain(b)
}

// everywhere returns a tariff and those that are the same in other regions,
// sorted by name. Those of a shipped one stand in its file, or have names that
// begin with its name.
func (c *Catalog) everywhere(t *Tariff) ([]*Tariff, error) {
	head := t.Name
	if t.RegionOf != "" {
		head = t.RegionOf
	}
	for i, e := range c.entries {
		if strings.HasPrefix(e.name, head+"-") {
			if err := c.read(i); err != nil {
				return nil, err
			}
		}
	}
	var list []*Tariff
	for _, o := range c.loaded() {
		if o.Name == head || o.RegionOf == head {
			list = append(list, o)
		}
	}
	return list, nil
}

// InRegion returns the tariff of that name, or the one that is the same in
// another region: the first of the regions that it has. ok is false where it
// has none of them, and it is the tariff of that name then.
func (c *Catalog) InRegion(name string, regions []string) (t *Tariff, ok bool, err error) {
	if t, err = c.Tariff(name); err != nil {
		return nil, false, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	all, err := c.everywhere(t)
	if err != nil {
		return nil, false, err
	}
	for _, region := range regions {
		for _, o := range all {
			if slices.ContainsFunc(o.regions(), func(r string) bool { return sameRegion(r, region) }) {
				return o, true, nil
			}
		}
	}
	return t, false, nil
}

// RegionsOf returns the regions that a tariff is known for.
func (c *Catalog) RegionsOf(name string) ([]string, error) {
	t, err := c.Tariff(name)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	all, err := c.everywhere(t)
	if err != nil {
		return nil, err
	}
	var list []string
	for _, o := range all {
		list = append(list, o.regions()...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// checkRegions sees that the tariff whose region another is of is there.
func (c *Catalog) checkRegions() error {
	for _, t := range c.loaded() {
		if t.RegionOf == "" {
			continue
		}
		head, err := c.base(t.RegionOf)
		switch {
		case err != nil:
			return t.node.Get("region_of").Errorf("%w", err)
		case head.RegionOf != "":
			return t.node.Get("region_of").Errorf("tariff %q is one of a region of %q itself", head.Name, head.RegionOf)
		case slices.ContainsFunc(t.regions(), func(r string) bool {
			return slices.ContainsFunc(head.regions(), func(h string) bool { return sameRegion(r, h) })
		}):
			return t.node.Errorf("tariff %q is for the region of %q, %s", t.Name, head.Name, head.Region)
		}
	}
	return nil
}

// Regions returns the regions that any tariff is known for, sorted.
func (c *Catalog) Regions() []string {
	var list []string
	for _, t := range c.Tariffs() {
		for _, r := range t.regions() {
			if r != RegionNotStated {
				list = append(list, r)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// RegionNotStated is the region of a tariff whose source names none.
const RegionNotStated = "region not stated"
