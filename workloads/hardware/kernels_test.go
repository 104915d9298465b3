package hardware
import ("testing";"github.com/coldcurve/coldcurve/sim/servers")
func decodes(n, context int64) *servers.Step { return &servers.Step{Tokens:n,Sequences:n,Decodes:n,KV:n*context,MaxKV:context} }
func TestK(t *testing.T){
 for _, g := range []string{"a100","h100","l40s","h200","b200","rtx-pro-6000"} {
 for _, m := range []string{"llama-3.1-8b"} {
 p, err := New(Spec{GPU:g,Model:m})
 if err!=nil {t.Fatal(err)}
 for _, n := range []int64{1,32,128} { s:=decodes(n,1024); t.Logf("%s %s %d %.2f dense %.2f head %.2f att %.2f",g,m,n,float64(p.Time(s))/1e6, p.dense.at(float64(n))/1e6,p.head.at(float64(n))/1e6,p.decodeTime(s)/1e6) }
 }}
}
