package hardware
import ("testing";"math";"strings";"strconv";"github.com/coldcurve/coldcurve/sim/servers")

type closedPoint struct { version, model, system, precision string; isl, osl, batch, tp int64; ttft, tpot float64 }

func closedLoop(t testing.TB) (list []closedPoint) {
	seen := map[string]bool{}
	readLines(t, data(t, "llm-bench/closed-loop-vllm.csv.gz"), func(l []byte) {
		w := strings.Split(string(l), ",")
		if w[0] == "backend" || seen[string(l)] { return }
		seen[string(l)]=true
		n := func(i int) int64 { v, _ := strconv.ParseInt(w[i],10,64); return v }
		f := func(i int) float64 { v, _ := strconv.ParseFloat(w[i],64); return v }
		list = append(list, closedPoint{w[1],w[2],w[3],w[4],n(6),n(7),n(8),n(9),f(11),f(12)})
	})
	return
}

func tpotOf(p *Profile, isl, osl, c, budget int64) float64 {
	kv := isl+osl/2
	d := p.Time(decodes(c, kv))
	pre := 0.0
	var ttft float64
	o := max(c-1,0)
	base := int64(0)
	if o > 0 { base = int64(p.Time(decodes(o, kv))) }
	for done := int64(0); done < isl; {
		n := min(isl-done, budget-o)
		s := &servers.Step{Tokens: o+n, Sequences:o, Chunks:1, Prefill:n, Context:n*done, Square:n*n, Decodes:o, KV:o*kv, MaxKV:kv}
		if o==0 {s.KV,s.MaxKV=0,0}
		if done+n==isl { s.Sequences++ }
		x := float64(int64(p.Time(s))-base)
		pre += x; done += n
	}
	_ = ttft
	return (float64(d)+float64(c-1)/float64(osl)*pre)/1e6
}

func TestC(t *testing.T){
 for _, host := range []string{"vllm-0.19","vllm-0.12"} {
 errs := map[string][]float64{}; abs := map[string][]float64{}
 for _, c := range closedLoop(t) {
   m := map[string]string{"Qwen/Qwen3-32B":"qwen3-32b","meta-llama/Llama-3.1-70B":"llama-3.1-70b"}[c.model]
   pr := map[string]Precision{"":BF16,"fp8":FP8}[c.precision]
   if m=="" || pr=="" {continue}
   p, err := New(Spec{GPU:strings.Split(c.system,"_")[0], Model:m, Count:c.tp, Precision:pr, Engine:host})
   if err!=nil {t.Fatal(err)}
   got := tpotOf(p,c.isl,c.osl,c.batch,8192)
   e := got/c.tpot-1
   key := m+" "+string(pr)
   errs[key]=append(errs[key],e); abs[key]=append(abs[key],math.Abs(e))
   t.Logf("%s %s tp%d %d/%d C%d: %.2f measured %.2f: %+.1f %%", host, key,c.tp,c.isl,c.osl,c.batch,got,c.tpot,100*e)
 }
 for k := range errs { t.Logf("SUM %s %s n=%d median|e| %.1f p90 %.1f bias %+.1f", host,k,len(errs[k]),100*quantile(abs[k],.5),100*quantile(abs[k],.9),100*quantile(errs[k],.5)) }
 }
}
