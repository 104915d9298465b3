package experiments

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Plan is an experiment whose traces are open and whose tariffs are found: the
// units to run, and the cells that they belong to.
type Plan struct {
	*Experiment
	// Hash identifies what the result folder will hold: the experiment, its
	// traces, its tariffs, the model and the architecture.
	Hash string
	// Warnings are what a reader of the results must know, in order.
	Warnings []string
	legends  []string // of the letters in them
	notes    []serverNote
	ofCells  []cellWarning // of Warnings

	units   []*unit // each once, in the order of their first use
	cells   []cell
	traces  []results.Input
	tariffs []results.Input
	priced  []*costmodel.Tariff // those of tariffs, each once
	lenient bool
	loader  *loader
	known   shared
	piloted []string // identities of the pilots that have found its warm-up
}

// shared is what many cells have in common, made once.
type shared struct {
	units   map[string]*unit
	sized   map[sizedKey]*sized
	prices  map[*platform][]price
	digests map[*costmodel.Tariff]string
	bounds  map[*platform]*platform // at the operator's prices
}

// sizedKey is what determines the functions' memory, clients, runtimes and inits.
type sizedKey struct {
	load                            *loaded
	sizes, clients, runtimes, inits string
}

// cell is a point on one of its platforms, or an application on all that it needs.
type cell struct {
	point     *point
	name      string // of the platform, or of the application
	platforms []*platform
	units     []*unit // one a replication
	foil      *foil   // nil: it has no regret
}

// unit is one simulation: a workload on its platforms, once. Two cells whose
// platforms behave alike share their units.
type unit struct {
	id        string
	name      string // as that of its cell
	workload  *sized
	trace     *spec.Node // where the experiment names it; nil: none
	platforms []*platform
	on        []sim.PlatformID // by function; nil: all on the first
	app       *running         // nil: no application
	prices    []price
	window    sim.Window
	epoch     sim.Time // when time 0 is, in ns since 1970-01-01T00:00:00Z
	key       sim.RunKey
	span      costmodel.Span
	rates     costmodel.Rates // of an application's bill, which is in one currency
	goodput   results.Goodput
	blocks    blocking
	busy      *Busy // what watches it; nil: nobody
}

// price is a tariff of a platform.
type price struct {
	tariff         *costmodel.Tariff
	digest         string
	counterfactual bool           // the platform does not have what the tariff needs
	at             *spec.Node     // where it is named
	platform       sim.PlatformID // of those of the unit
}

// Prepare opens the traces and finds the tariffs of an experiment, and lists
// its units. The plan must be closed.
func Prepare(ctx context.Context, e *Experiment, env Env) (*Plan, error) {
	catalog, err := env.catalog()
	if err != nil {
		return nil, input(err)
	}
	p := newPlan(e, &loader{env, folderOf(e.File), isKept(e.File), map[string]*loaded{}, map[string]error{}})
	if err := p.expand(ctx, catalog); err != nil {
		err = p.ofSets(ctx, catalog, err)
		_ = p.Close() // the first error is the one to report
		if ctx.Err() != nil {
			return nil, err
		}
		return nil, input(err)
	}
	p.Hash = p.hash()
	return p, nil
}

func newPlan(e *Experiment, l *loader) *Plan {
	return &Plan{Experiment: e, lenient: l.env.Lenient, loader: l,
		known: shared{map[string]*unit{}, map[sizedKey]*sized{}, map[*platform][]price{}, map[*costmodel.Tariff]string{}, map[*platform]*platform{}}}
}

// ofSets says of an error which --set is to blame. What comes from standard input
// cannot be read again.
func (p *Plan) ofSets(ctx context.Context, catalog *costmodel.Catalog, err error) error {
	if _, piped := p.Sources(); piped || ctx.Err() != nil {
		return err
	}
	return ofSets(err, p.sets, func(sets []string) error {
		e, err := parse(p.data, p.File, p.source, sets)
		if err != nil {
			return err
		}
		return newPlan(e, p.loader).expand(ctx, catalog)
	})
}

// Units is how many simulations the plan is made of.
func (p *Plan) Units() int { return len(p.units) }

// Close closes the traces.
func (p *Plan) Close() error { return p.loader.close() }

// expand makes the cells and units.
func (p *Plan) expand(ctx context.Context, catalog *costmodel.Catalog) error {
	for i := range p.points {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.expandPoint(ctx, catalog, &p.points[i]); err != nil {
			return inCell(err, p.points[i].set)
		}
	}
	p.nameCells()
	p.warnUnused()
	p.warnOfServers()
	p.noteUnchanged()
	return p.checkCurrencies()
}

func (p *Plan) expandPoint(ctx context.Context, catalog *costmodel.Catalog, pt *point) error {
	if pt.workload.app != nil {
		if p.over.kind != results.OverReplications {
			return p.over.at.Errorf("found %s beside an application, want intervals over replications: what blocks of its window are is not kept", p.over.at)
		}
		return p.expandApplication(catalog, pt)
	}
	l, err := p.loader.load(ctx, pt.workload)
	if err != nil {
		return err
	}
	if err := p.checkWarmup(pt, l); err != nil {
		return err
	}
	window, err := pt.workload.window(l, p.settledAt())
	if err != nil {
		return err
	}
	epoch, err := pt.workload.epoch(l)
	if err != nil {
		return err
	}
	p.noteTrace(l)
	if length := window.Length(); length < sim.Second {
		p.warn("the window is %s long: what is told for a second or a month is of no more than that; workload.horizon says how long it is", spec.Duration(length))
	}
	for _, pl := range pt.platforms {
		base := unit{name: pl.name, platforms: []*platform{pl}, window: window, epoch: epoch, span: p.span, goodput: p.goodput, trace: pt.workload.node.Get("trace")}
		if base.blocks, err = p.over.blocks(window, l); err != nil {
			return err
		}
		if base.workload, err = p.sized(l, pl, pt.workload); err != nil {
			return err
		}
		if err := pl.checkTokens(pt.workload.Functions); err != nil {
			return err
		}
		if base.prices, err = p.prices(catalog, pl); err != nil {
			return err
		}
		if err := p.ready(&base, pt.workload.Trace != ""); err != nil {
			return err
		}
		units := p.replicate(base, base.identity(pt.workload, l, p.lenient))
		f, err := p.foil(base, l, pt.workload)
		if err != nil {
			return err
		}
		p.cells = append(p.cells, cell{pt, base.name, base.platforms, units, f})
	}
	return nil
}

// ready notes what a reader must know of a unit's platforms, and sees that they can
// run its workload and be billed.
func (p *Plan) ready(u *unit, traced bool) error {
	for k, pl := range u.platforms {
		functions := u.functionsOn(k)
		if err := pl.checkPool(functions); err != nil {
			return err
		}
		if err := pl.checkInitErrors(functions); err != nil {
			return err
		}
		p.noteServer(pl, tokens.Shared(u.workload), traced)
		p.noteTraining(pl, u.window)
		p.noteWaits(pl)
		p.noteStarts(pl, functions)
		p.noteStanding(pl, functions)
		p.noteMemory(pl, functions)
		if err := p.noteStores(pl, functions); err != nil {
			return err
		}
		if raised := u.workload.raised[k]; raised > 0 {
			p.warn("platform %s: %d functions have less memory than its smallest size and got more", pl.name, raised)
		}
		if above := u.workload.above[k]; above > 0 {
			p.warn("platform %s: its largest size of memory is %d MB, and %d functions have more: they are run and billed with what they have, which it does not offer", pl.name, pl.spec.largest(), above)
		}
		if _, err := pl.on(u.workload, sim.RunKey{Seed: p.Seed}); err != nil {
			return err
		}
	}
	_, err := u.meters()
	return err
}

// noteServer notes what a reader must know of a platform's server, beside a workload
// that is a trace or not, and whose requests name blocks or not.
func (p *Plan) noteServer(pl *platform, named, traced bool) {
	if noted, ok := pl.server.(serving.Noted); ok {
		for _, note := range noted.Notes() {
			p.note(pl, note)
		}
		if legend := noted.Legend(); legend != "" && !slices.Contains(p.legends, legend) {
			p.legends = append(p.legends, legend)
		}
	}
	if c := pl.sim.Cluster; c != nil && !c.SharedCPU && slices.ContainsFunc(c.Nodes, func(n sim.Node) bool { return n.MilliCPU > 0 }) {
		p.note(pl, "the cpu of nodes bounds nothing: an instance is as fast as it is alone, however many are busy beside it; cluster.contention = \"shared\" lets them share it")
	}
	if pl.lonely() {
		p.warn("platform %s: its first instance takes all requests that come, so that the other %d never start; concurrency says how many it takes, or prewarm = { name = \"provisioned\", count = %d } starts them all", pl.name, pl.sim.Limit.Instances-1, pl.sim.Limit.Instances)
	}
	if caching, ok := pl.server.(serving.Sharing); ok {
		if warning := caching.OfShared(named, traced); warning != "" {
			p.note(pl, warning)
		}
	}
}

// noteStores notes what a reader must know of a platform's stores.
func (p *Plan) noteStores(pl *platform, functions []sim.Function) error {
	if !pl.location.Stores {
		return nil
	}
	loads, err := pl.loadsThrough(functions)
	if err != nil {
		return err
	}
	if !loads {
		p.warn("platform %s: nothing is loaded through its stores: no phase of an initialisation has a size without a bandwidth of its own", pl.name)
	}
	return nil
}

// sized returns a load as a platform runs it, see sizedOn, with the workload's
// clients.
func (p *Plan) sized(l *loaded, pl *platform, w *workload) (*sized, error) {
	key := sizedKey{l, pl.sizes, w.clientText() + w.errorText(), w.runtimesText(), w.initText()}
	if p.known.sized[key] == nil {
		s, err := sizedOn(l.workload, []*platform{pl}, nil)
		if err != nil {
			return nil, err
		}
		s.setClients(w.Client)
		s.setRuntimes(w.Runtimes, p.Seed)
		s.setErrors(w.Errors)
		setInits(s.functions, w.inits)
		p.known.sized[key] = s
	}
	return p.known.sized[key], nil
}

// replicate makes a cell's units, or takes those of an equal cell. identity is that of
// base.
func (p *Plan) replicate(base unit, identity string) []*unit {
	var units []*unit
	for n := range p.Replications {
		u := base
		u.key = sim.RunKey{Seed: p.Seed, Replication: uint64(n)}
		d := newDigest()
		d.add("unit", identity)
		d.add("seed", fmt.Sprint(u.key.Seed))
		d.add("replication", fmt.Sprint(u.key.Replication))
		u.id = d.sum()
		if p.known.units[u.id] == nil {
			p.known.units[u.id] = &u
			p.units = append(p.units, &u)
		}
		units = append(units, p.known.units[u.id])
	}
	return units
}

// identity is the hash of all that determines a cell's results but the random
// numbers.
func (u *unit) identity(w *workload, l *loaded, lenient bool) string {
	d := newDigest()
	d.add("workload", w.canonical)
	d.add("trace", l.digest)
	d.add("lenient", fmt.Sprint(lenient && l.digest != ""))
	u.identify(d)
	return d.sum()
}

// identify adds what determines results beside the load.
func (u *unit) identify(d *digest) {
	d.add("window", fmt.Sprint(u.window))
	for _, pl := range u.platforms {
		d.add("platform", pl.canonical)
	}
	d.add("span", u.span.String())
	d.add("goodput", fmt.Sprint(u.goodput))
	if u.blocks.n > 0 { // else as before there were any
		d.add("blocks", fmt.Sprint(u.blocks))
	}
	for _, t := range u.prices {
		d.add("tariff", t.tariff.Name)
		d.add("digest", t.digest)
		d.add("counterfactual", fmt.Sprint(t.counterfactual))
	}
}

// prices returns the tariffs of a platform; see findPrices.
func (p *Plan) prices(catalog *costmodel.Catalog, pl *platform) ([]price, error) {
	if known, ok := p.known.prices[pl]; ok {
		return known, nil
	}
	prices, err := p.findPrices(catalog, pl)
	if err == nil {
		p.known.prices[pl] = prices
	}
	return prices, err
}

// findPrices finds the tariffs of a platform, and refuses those whose needs it
// does not meet unless the experiment asks for counterfactual prices. An
// offline bound has no price: what nobody can do is nobody's bill.
func (p *Plan) findPrices(catalog *costmodel.Catalog, pl *platform) ([]price, error) {
	var prices []price
	for i, name := range pl.tariffs {
		at := pl.atTariff(i)
		if slices.Index(pl.tariffs, name) < i {
			return nil, at.Errorf("tariff %q stands twice", name)
		}
		t, err := catalog.Tariff(name)
		if err != nil {
			return nil, at.Errorf("%w", err)
		}
		if _, day, dated := strings.Cut(name, "@"); dated {
			if doubt := t.Doubt(costmodel.Date(day)); doubt != "" {
				p.warn("tariff %s: %s", name, doubt)
			}
		}
		if j := slices.IndexFunc(prices, func(p price) bool { return p.tariff.Name == t.Name }); j >= 0 {
			return nil, at.Errorf("tariffs %q and %q are the same one: %s", pl.tariffs[j], name, t.Name)
		}
		if _, tells := pl.server.(serving.Tokened); t.Kind == "model" && !tells {
			return nil, at.Errorf("tariff %q cannot price platform %q: it bills tokens, and nothing there tells of them; want a server that does, as in server = { name = \"api\", ttft = \"400ms\", tpot = \"15ms\" }", name, pl.name)
		}
		if b, ok := pl.server.(serving.Batching); ok && b.Batched() && t.Kind == "model" {
			if err := t.AbleBatch(); err != nil {
				return nil, at.Errorf("tariff %q cannot price platform %q, whose requests are answered in batches: %w", name, pl.name, err)
			}
		}
		if err := t.Able(pl.sim); err != nil && !pl.bound {
			return nil, at.Errorf("tariff %q cannot price platform %q: %w%s", name, pl.name, err, pl.changed)
		}
		if t.PricesEnergy() && pl.power() == nil {
			return nil, at.Errorf("tariff %q cannot price platform %q: it has a price for energy, and nothing there tells how much is taken; want a server on GPUs whose power is known, see coldcurve list hardware", name, pl.name)
		}
		unmet := t.Check(pl.sim)
		if why := t.CheckGPU(pl.gpus()); why != "" {
			unmet = append(unmet, why)
		}
		if len(unmet) > 0 && !pl.counterfactual {
			return nil, at.Errorf("tariff %q does not fit platform %q: it %s; counterfactual = true prices it all the same, and says so in a column%s",
				name, pl.name, strings.Join(unmet, "; it "), pl.changed)
		}
		if len(unmet) > 0 {
			p.warn("platform %s: tariff %s is counterfactual: it %s", pl.name, name, strings.Join(unmet, "; it "))
		}
		prices = append(prices, p.price(t, name, at, len(unmet) > 0))
	}
	if t := pl.nodesTariff; t != nil {
		prices = append(prices, price{tariff: t, digest: p.digestOf(t), at: pl.clusterNode})
	}
	if pl.bound {
		return nil, nil
	}
	hint, err := pl.tariffHint(catalog)
	if err != nil {
		return nil, err
	}
	if hint != "" {
		p.warn("%s", hint)
	}
	return prices, nil
}

// price notes a tariff, which is named at a place, as one that the results rest on.
func (p *Plan) price(t *costmodel.Tariff, name string, at *spec.Node, counterfactual bool) price {
	t = p.freeTier.Of(t)
	digest := p.digestOf(t)
	if in := (results.Input{Name: name, Digest: "sha256:" + digest}); !slices.Contains(p.tariffs, in) {
		p.tariffs = append(p.tariffs, in)
	}
	if !slices.ContainsFunc(p.priced, func(other *costmodel.Tariff) bool { return other.Name == t.Name }) {
		p.priced = append(p.priced, t)
	}
	return price{tariff: t, digest: digest, at: at, counterfactual: counterfactual}
}

// digestOf identifies what a tariff charges.
func (p *Plan) digestOf(t *costmodel.Tariff) string {
	if p.known.digests[t] == "" {
		p.known.digests[t] = tariffDigest(t)
	}
	return p.known.digests[t]
}

// noteTrace lists a trace and what its reading met, once.
func (p *Plan) noteTrace(l *loaded) {
	if l.digest == "" {
		return
	}
	in := results.Input{Name: l.name, Digest: "sha256:" + l.digest}
	if !slices.Contains(p.traces, in) {
		p.traces = append(p.traces, in)
	}
	for _, w := range l.warnings {
		p.warn("trace %s: %s", l.name, w)
	}
}

// warn adds a warning, once.
func (p *Plan) warn(format string, a ...any) {
	if w := fmt.Sprintf(format, a...); !slices.Contains(p.Warnings, w) {
		p.Warnings = append(p.Warnings, w)
	}
}

// hash identifies the result folder.
func (p *Plan) hash() string {
	d := newDigest()
	d.add("version", Version)
	d.add("experiment", p.resolved.Canonical())
	d.add("lenient", fmt.Sprint(p.lenient))
	for _, t := range p.traces {
		d.add(t.Name, t.Digest)
	}
	for _, t := range p.tariffs {
		d.add(t.Name, t.Digest)
	}
	for _, u := range p.units {
		d.add("unit", u.id)
	}
	return d.sum()
}
