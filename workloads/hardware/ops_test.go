package hardware
import ("testing";"github.com/coldcurve/coldcurve/sim/servers")
func TestQ(t *testing.T){
 for _, g := range []string{"rtx-4090","rtx-pro-6000"} {
 p, err := New(Spec{GPU:g,Model:"llama-3.1-8b"})
 if err!=nil {t.Fatal(err)}
 for _, n := range []int64{1,32,128} { t.Log(g,n,p.Time(&servers.Step{Tokens:n,Sequences:n,Decodes:n,KV:n*1024,MaxKV:1024})) }
 t.Log(p.Time(&servers.Step{Tokens:2048,Sequences:1,Chunks:1,Prefill:2048,Square:2048*2048}))
 t.Log(p.Time(&servers.Step{Tokens:2048,Sequences:65,Chunks:1,Prefill:1984,Square:2048*2048,Decodes:64,KV:64*1000,MaxKV:4000}))
 }
}
func BenchmarkTime(b *testing.B){
 p, err := New(Spec{GPU:"rtx-pro-6000",Model:"llama-3.1-8b"})
 if err!=nil {b.Fatal(err)}
 s:=&servers.Step{Tokens:100,Sequences:100,Decodes:100,KV:100*1024,MaxKV:2024}
 b.Run("decode",func(b *testing.B){for b.Loop(){p.Time(s)}})
 b.Run("run",func(b *testing.B){for b.Loop(){p.Run(s,100,0,1<<60)}})
 m:=&servers.Step{Tokens:2048,Sequences:65,Chunks:1,Prefill:1984,Square:2048*2048,Decodes:64,KV:64*1000,MaxKV:4000}
 b.Run("mixed",func(b *testing.B){for b.Loop(){p.Time(m)}})
 b.Run("new",func(b *testing.B){for b.Loop(){New(Spec{GPU:"rtx-pro-6000",Model:"llama-3.1-8b"})}})
}
