package experiments

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// running is an application on the platforms of an experiment, ready to run.
type running struct {
	compiled *applications.Compiled
	names    *results.ApplicationGraph
	node     *spec.Node                   // its table
	services map[string]*costmodel.Tariff // of what its services bill, by name
}

// readApplication reads an application's table, whose paths in messages begin at it.
func readApplication(n *spec.Node) (*applications.Application, error) {
	return applications.Read(spec.FromValue(n.File, n.Line, n))
}

// applicationName is what stands for the platform in the outputs: the title, or else
// the file's name.
func (w *workload) applicationName() string {
	if title, _ := w.Application.Get("title").Value().(string); title != "" {
		return title
	}
	name := filepath.Base(w.Application.File)
	return strings.TrimSuffix(strings.TrimSuffix(name, ".toml"), ".app")
}

// expandApplication makes the cell of an application: all platforms that it needs, side
// by side.
func (p *Plan) expandApplication(catalog *costmodel.Catalog, pt *point) error {
	w := pt.workload
	base := unit{name: w.applicationName(), window: sim.Window{Warmup: w.Warmup.length(0), Horizon: sim.Time(w.Horizon)}, span: p.span, rates: p.rates, goodput: p.goodput}
	var err error
	if base.epoch, err = w.epoch(&loaded{}); err != nil {
		return err
	}
	prices := make([]price, len(pt.platforms))
	all := make([]applications.Platform, len(pt.platforms))
	for k, pl := range pt.platforms {
		if !slices.Contains(w.app.Platforms(), pl.name) {
			all[k].Name, all[k].VCPU = pl.name, pl.spec.vcpuOf()
			if k > 0 || len(w.app.Platforms()) > 0 { // where there is no function, the first is what triggers stand on
				continue
			}
		}
		if err := pl.checkApplication(); err != nil {
			return err
		}
		if prices[k], err = p.onlyPrice(catalog, pl); err != nil {
			return err
		}
		all[k] = pl.ofApplication(prices[k].tariff)
	}
	compiled, err := w.app.Compile(applications.Options{Platforms: all, Window: base.window, Epoch: base.epoch, Scale: w.Scale, Regional: regional(catalog)})
	if err != nil {
		return err
	}
	compiled.Graph.Step = results.SeriesStep(base.window.Length())
	base.gather(compiled.On, pt.platforms, prices)
	base.app = &running{compiled: compiled, node: w.Application}
	base.app.names = w.names(base.name, compiled.Graph)
	base.app.names.Draw = drawing(w.app)
	if err := p.serviceTariffs(catalog, base.app); err != nil {
		return err
	}
	p.warnUnbilled(pt)
	p.warnOfPeriods(pt, base.window)
	p.warnOfOutages(pt, compiled.Graph, base.window)
	for _, way := range compiled.Untimed {
		p.warnOf(pt, "the way from %s to %s takes 0s: no round trip between them was measured; [[network]] between = [%q, %q], rtt = … of the application sets it", way.From, way.To, way.From, way.To)
	}
	for _, missed := range compiled.Missed {
		p.warnOf(pt, "%s", missed)
	}
	for _, warning := range w.app.Warnings() {
		p.warnOf(pt, "%s: %s", warning.Place, warning.Text)
	}
	if err := p.warnLeaving(catalog, base.app); err != nil {
		return err
	}
	if base.workload, err = sizedOn(compiled.Workload, base.platforms, base.on); err != nil {
		return err
	}
	for _, pl := range base.platforms {
		if err := pl.checkTokens(w.functionsOn(pl.name)); err != nil {
			return err
		}
	}
	if err := w.checkWaits(base.workload.Functions(), base.platforms, base.on); err != nil {
		return err
	}
	if err := p.ready(&base, false); err != nil {
		return err
	}
	p.noteSlower(&base)
	p.cells = append(p.cells, cell{pt, base.name, base.platforms, p.replicate(base, base.applicationIdentity(w)), nil})
	return nil
}

// warnUnused warns of platforms on which no function of an application runs in any cell.
func (p *Plan) warnUnused() {
	used, named := map[string]bool{}, []string{}
	for i := range p.points {
		pt := &p.points[i]
		if pt.workload.app == nil {
			return
		}
		for _, name := range pt.workload.app.Platforms() {
			used[name] = true
		}
		for _, pl := range pt.platforms {
			if !slices.Contains(named, pl.name) {
				named = append(named, pl.name)
			}
		}
	}
	for _, name := range named {
		if !used[name] {
			p.warn("platform %s: no function of the application runs on it", name)
		}
	}
}

// gather takes of the point's platforms those that functions run on, with their prices.
func (u *unit) gather(on []int, platforms []*platform, prices []price) {
	place := map[int]int{}
	none := !slices.ContainsFunc(on, func(k int) bool { return k >= 0 })
	for k := range platforms {
		if !slices.Contains(on, k) && !(none && k == 0) {
			continue
		}
		place[k] = len(u.platforms)
		prices[k].platform = sim.PlatformID(len(u.platforms))
		u.platforms, u.prices = append(u.platforms, platforms[k]), append(u.prices, prices[k])
	}
	u.on = make([]sim.PlatformID, len(on))
	for f, k := range on {
		u.on[f] = sim.PlatformID(place[k]) // of a trigger, which runs nowhere, the first
	}
}

// onlyPrice is the one tariff that a platform of an application has.
func (p *Plan) onlyPrice(catalog *costmodel.Catalog, pl *platform) (price, error) {
	prices, err := p.prices(catalog, pl)
	if err != nil {
		return price{}, err
	}
	if len(prices) != 1 {
		var names []string
		for _, pr := range prices {
			names = append(names, pr.tariff.Name)
		}
		found := "none"
		if names != nil {
			found = strings.Join(names, ", ")
		}
		return price{}, pl.tariffNode.Errorf("platform %q: found the tariffs %s, want one: an application has one bill", pl.name, found)
	}
	return prices[0], nil
}

// checkApplication refuses what a platform cannot do below an application.
func (pl *platform) checkApplication() error {
	if c := pl.sim.Cluster; c != nil && c.SharedCPU {
		return pl.clusterNode.Get("contention").Errorf("platform %q: found shared cores below an application, want contention = \"none\": what its functions wait for and compute is not told apart there", pl.name)
	}
	return nil
}

// ofApplication is what an application needs to know of a platform.
func (pl *platform) ofApplication(t *costmodel.Tariff) applications.Platform {
	region := pl.spec.Region
	if region == "" {
		region = t.HomeRegion()
	}
	limit := pl.sim.Limit.Instances
	if pl.sim.Limit.Function > 0 { // requests at the same time
		limit = least(limit, (pl.sim.Limit.Function+pl.sim.Concurrency-1)/max(1, pl.sim.Concurrency))
	}
	return applications.Platform{
		Name: pl.name, Region: region, Provider: t.Provider, Preset: pl.preset, Limit: limit, Rejects: pl.sim.Limit.Over == sim.RejectOver,
		Concurrency: max(1, pl.sim.Concurrency), Served: pl.server != nil, Timed: pl.timed(), Shares: pl.shares(), CPUShare: pl.cpuShare(), Unslowed: pl.unslowed(), Timeout: pl.sim.Timeout, Init: pl.sim.Init,
		Price: pl.priceOf(t), Memory: func(mib int64) int64 { return pl.spec.memoryOf(&sim.Function{Memory: mib}) }, VCPU: pl.spec.vcpuOf(),
	}
}

// timed is whether the server says how long a request takes, whatever the function's own
// time: slots take that time, and shared processors slow it down.
func (pl *platform) timed() bool {
	if pl.server == nil {
		return false
	}
	name := nameOf(pl.spec.Server)
	return name != "slots" && name != "shared"
}

// shares is whether the requests of an instance share its processor.
func (pl *platform) shares() bool { return pl.server != nil && nameOf(pl.spec.Server) == "shared" }

// cpuShare is how much of a request is computing where requests share the processor.
func (pl *platform) cpuShare() float64 {
	if s, ok := pl.server.(serving.Computing); ok {
		return s.Computes()
	}
	return 0
}

// least is the smaller of two limits, of which 0 is none.
func least(a, b int) int {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// functionsOn are the tables of the application's functions on a platform.
func (w *workload) functionsOn(platform string) (list []*spec.Node) {
	for _, f := range items(w.Application.Get("function")) {
		if name, _ := f.Get("platform").Value().(string); name == platform {
			list = append(list, f)
		}
	}
	return list
}

// checkWaits refuses functions that wait for what they call on a platform whose server
// says how long a request takes.
func (w *workload) checkWaits(functions []sim.Function, platforms []*platform, on []sim.PlatformID) error {
	for i := range functions {
		f := &functions[i]
		if pl := platforms[on[i]]; f.Open && pl.timed() {
			for _, n := range w.functionsOn(pl.name) {
				if nameOf(n) == f.Name {
					return n.Errorf("function %q waits for what it calls, and the server of the platform %q says how long its requests take: want a platform whose server is \"slots\", where each takes its own time, or \"shared\", where they share the processor", f.Name, pl.name)
				}
			}
		}
	}
	return nil
}

// serviceTariffs finds the tariffs of what the application's services bill.
func (p *Plan) serviceTariffs(catalog *costmodel.Catalog, app *running) error {
	app.services = map[string]*costmodel.Tariff{}
	for _, m := range app.compiled.Graph.Meters {
		if app.services[m.Tariff] == nil {
			t, err := catalog.Tariff(m.Tariff)
			if err != nil {
				return app.node.Errorf("%w", err)
			}
			app.services[m.Tariff] = p.price(t, m.Tariff, app.node, false).tariff
		}
		if err := app.services[m.Tariff].Counts(m.Name, m.Unit); err != nil {
			return app.node.Errorf("%w; tariff = \"none\" of the store or engine leaves it out of the bill", err)
		}
	}
	return nil
}

// warnUnbilled warns of what the application says is not billed.
func (p *Plan) warnUnbilled(pt *point) {
	app := pt.workload.Application
	note := func(what string, n *spec.Node) {
		if tariff, _ := n.Get("tariff").Value().(string); tariff == "none" {
			p.warnOf(pt, "%s has tariff = \"none\": what it costs is not in the bill", what)
		}
	}
	for _, n := range items(app.Get("store")) {
		note("store "+nameOf(n), n)
	}
	for _, n := range items(app.Get("flow")) {
		note("the engine of flow "+nameOf(n), n.Get("engine"))
	}
}

// applicationIdentity is the hash of all that determines the results of a cell with an
// application but the random numbers.
func (u *unit) applicationIdentity(w *workload) string {
	d := newDigest()
	d.add("workload", w.node.Without("application").Canonical())
	d.add("application", w.Application.Without("title", "description").Canonical())
	u.identify(d)
	d.add("rates", u.rates.String())
	for _, pl := range u.platforms {
		d.add("name", pl.name)     // that functions ask for
		d.add("preset", pl.preset) // by which the catalogue knows its limits
		d.add("region", pl.spec.Region)
	}
	for i := range u.app.compiled.Graph.Functions { // by_memory may name a platform that is none of the unit's
		d.add("factor", strconv.FormatFloat(u.app.compiled.Graph.Functions[i].Factor, 'x', -1, 64))
	}
	for _, name := range sortedNames(u.app.services) {
		d.add("service", name)
		d.add("digest", tariffDigest(u.app.services[name]))
	}
	return d.sum()
}

// graph is the application of the cell; nil: none.
func (r *running) graph() *results.ApplicationGraph {
	if r == nil {
		return nil
	}
	return r.names
}

// assumptions are what the application takes for its services, orchestrators, ways and
// overheads, with what attests it, and the prices of its services.
func (r *running) assumptions() (list []results.Assumption) {
	if r == nil {
		return nil
	}
	for _, n := range r.compiled.Notes {
		source := n.Source
		if n.AsOf != "" {
			source += ", " + n.AsOf
		}
		list = append(list, results.Assumption{Subject: n.Subject, Text: n.Text, Grade: n.Grade, Source: source})
	}
	for _, name := range sortedNames(r.services) {
		list = append(list, suppliedPrices(r.services[name])...)
	}
	return list
}

// simulateApplication runs the unit, prices what its platforms and services used
// together, and shares the bill out.
func (u *unit) simulateApplication(ctx context.Context, pool *sim.Pool, progress sim.Observer) (*results.Replication, error) {
	app := flows.New(u.app.compiled.Graph, u.key)
	r, usages, err := u.run(ctx, pool, app, progress)
	if err != nil {
		return nil, err
	}
	tally := app.Tally()
	var bills []*costmodel.Bill
	var tariffs []*costmodel.Tariff
	for i := range u.prices {
		bill, err := u.bill(i, usages[i])
		if err != nil {
			return nil, err
		}
		bills, tariffs = append(bills, bill), append(tariffs, u.prices[i].tariff)
	}
	of := newServiceUsage(u.app.compiled.Graph.Meters, tally.Used)
	for _, name := range of.tariffs {
		t := u.app.services[name]
		bill, err := t.Bill(of.usage(name), u.span, u.window.Length())
		if err != nil {
			return nil, &InputError{u.app.node.Errorf("%w; tariff = \"none\" of the store or engine leaves it out of the bill", err)}
		}
		bills, tariffs = append(bills, bill), append(tariffs, t)
	}
	all, err := costmodel.Together(bills, tariffs, u.rates)
	if err != nil {
		return nil, &InputError{u.app.node.Errorf("%w", err)}
	}
	r.Bills = []costmodel.Bill{*all}
	done := results.NewApplication(u.app.names, tally, u.costs(all, bills, tariffs, tally))
	met, err := u.metLimits(tally)
	if err != nil {
		return nil, err
	}
	done.Met = append(done.Met, met...)
	r.OfApplication(done)
	if u.busy != nil {
		r.Application.Limits = u.limits(tally)
		u.busy.spans = nil // much memory
	}
	r.Clamped += uint64(tally.Clamped)
	return r, nil
}

// sortedNames are the names of tariffs in order.
func sortedNames(tariffs map[string]*costmodel.Tariff) (names []string) {
	for name := range tariffs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// suppliedPrices lists the prices of a service, whose quantities the application
// supplies.
func suppliedPrices(t *costmodel.Tariff) (list []results.Assumption) {
	for _, price := range t.Prices {
		for _, tier := range price.Tiers {
			list = append(list, results.Assumption{
				Subject: "tariff " + t.Name, Text: fmt.Sprintf("%s, %s %s per %s", price.Name, tier.UnitPrice.Text('f'), t.Currency, price.Unit),
				Grade: tier.Grade, Source: tier.Source,
			})
		}
	}
	return list
}

// ApplicationTariffs are the names of the tariffs that price the platforms of the first
// cell's application, by platform: those that functions run on.
func (p *Plan) ApplicationTariffs() map[string]string {
	out := map[string]string{}
	u := p.cells[0].units[0]
	for i, pl := range u.platforms {
		out[pl.name] = u.prices[i].tariff.Name
	}
	return out
}
