package experiments

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// offersKey is the key of a preset whose provider has a tariff for each GPU, so
// that the preset can name none: how their names begin.
const offersKey = "tariffs_of"

// tariffHint says which tariffs there are for a platform that names none, where
// its preset knows some; "" where there is nothing to say.
func (pl *platform) tariffHint(catalog *costmodel.Catalog) (string, error) {
	if len(pl.tariffs) > 0 || pl.nodesTariff != nil || pl.bound || pl.preset == "" {
		return "", nil
	}
	preset, err := readPreset(pl.preset)
	if err != nil {
		return "", err
	}
	offers := preset.Get(offersKey)
	if offers == nil {
		return "", nil
	}
	names, err := pl.offered(catalog, offers)
	if err != nil {
		return "", err
	}
	hint := fmt.Sprintf("platform %s: no tariff is named, so it has no bill; ", pl.name)
	of := ""
	if g := pl.gpus(); g.Name != "" {
		of = " for " + g.String()
	}
	if len(names) == 0 {
		return hint + fmt.Sprintf("none of the preset's provider fits%s; coldcurve list tariffs gpu has others", of), nil
	}
	return hint + fmt.Sprintf("those of the preset's provider%s: %s", of, strings.Join(names, ", ")), nil
}

// offered are the tariffs whose names begin so and that fit the platform's GPUs.
func (pl *platform) offered(catalog *costmodel.Catalog, offers *spec.Node) (names []string, err error) {
	var begins []string
	for _, n := range offers.Items() {
		begin, _ := n.Value().(string)
		begins = append(begins, begin)
	}
	for _, name := range catalog.Names() {
		if !slices.ContainsFunc(begins, func(b string) bool { return strings.HasPrefix(name, b) }) {
			continue
		}
		t, err := catalog.Tariff(name)
		if err != nil {
			return nil, err
		}
		if t.GPU.Name != "" && t.CheckGPU(pl.gpus()) == "" {
			names = append(names, name)
		}
	}
	return names, nil
}
