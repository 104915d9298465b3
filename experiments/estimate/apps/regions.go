package apps

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// mostRegions is how many other regions of a platform are tried.
const mostRegions = 3

// triedFirst are regions far from each other, which are tried before others.
var triedFirst = []string{"us-east-1", "us-west-2", "eu-central-1", "ap-northeast-1", "us-central1", "europe-west1", "asia-northeast1"}

// otherRegions are those of the regions that a tariff has prices in, other than where
// a platform is: as providers write them, in small letters without spaces.
func otherRegions(known []string, home string) (list []string) {
	for i := range known {
		known[i] = plainRegion(known[i])
	}
	for _, region := range slices.Concat(triedFirst, known) {
		if slices.Contains(known, region) && region != plainRegion(home) && region != nowhere && region != everywhere && !slices.Contains(list, region) {
			list = append(list, region)
		}
	}
	return list[:min(len(list), mostRegions)]
}

// What tariffs have in place of a region.
const (
	nowhere    = "regionnotstated"
	everywhere = "global"
)

// plainRegion is a name of a region as plain as it gets: East US is eastus.
func plainRegion(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "")) }

// ofRegions are the changes of a platform's region: alone, so that what stands elsewhere
// is called over the distance, and with all that the file puts where the platform is.
func ofRegions(app, platform *spec.Node, tariffName string, catalog *costmodel.Catalog) (list []change, err error) {
	name := text(platform, "name")
	tariff, err := catalog.Tariff(tariffName)
	if err != nil {
		return nil, err
	}
	known, err := catalog.RegionsOf(tariffName)
	if err != nil {
		return nil, err
	}
	home := text(platform, "region")
	if home == "" {
		home = tariff.HomeRegion()
	}
	for _, region := range otherRegions(known, home) {
		there, _, err := catalog.InRegion(tariffName, []string{region})
		if err != nil {
			return nil, err
		}
		at := "platform." + key(name)
		sets := []string{fmt.Sprintf("%s.region=%q", at, region), fmt.Sprintf("%s.tariffs=[%q]", at, there.Name)}
		list = append(list, change{name: fmt.Sprintf("platform %s: in %s", name, region), sets: sets, note: "its functions, and what the file puts nowhere else", region: region})
		if with := placedAt(app, home, region); home != "" && len(with) > 0 {
			list = append(list, change{name: fmt.Sprintf("platform %s: in %s, with all that is in %s", name, region, home), sets: slices.Concat(sets, with), region: region})
		}
	}
	return list, nil
}

// foreignPrices says of which services no prices in a region are known, and whose stand in;
// "": of none.
func foreignPrices(assumed []results.Assumption, region string) string {
	by := map[string][]string{} // tariffs by the region whose prices they have
	for _, a := range assumed {
		of, ok := strings.CutPrefix(a.Text, applications.PricesIn(region)+" = those of ")
		if ok {
			by[of] = append(by[of], strings.TrimPrefix(a.Subject, "tariff "))
		}
	}
	var list []string
	for _, of := range slices.Sorted(maps.Keys(by)) {
		slices.Sort(by[of])
		list = append(list, fmt.Sprintf("of %s the prices of %s, none of %s are known", strings.Join(by[of], ", "), of, region))
	}
	return strings.Join(list, "; ")
}

// placedAt are the sets that move all that the file puts in one region to another, but
// for callers, who are where they are.
func placedAt(app *spec.Node, from, to string) (sets []string) {
	for _, list := range []struct {
		word string
		of   []string // tables of an item that have a region
	}{{"store", []string{""}}, {"trigger", []string{"queue", "stream", "bus"}}, {"flow", []string{"engine"}}} {
		for _, n := range app.Get(list.word).Items() {
			for _, table := range list.of {
				path := strings.TrimPrefix(table+".region", ".")
				if text(n, strings.Split(path, ".")...) == from {
					sets = append(sets, fmt.Sprintf("app.%s.%s.%s=%q", list.word, key(text(n, "name")), path, to))
				}
			}
		}
	}
	return sets
}
