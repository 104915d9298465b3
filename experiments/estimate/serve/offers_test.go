package serve

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/costmodel"
)

// A tariff's name is a model's where it says so and nothing else; the names are those
// of shipped tariffs, and of others in the same style.
func TestNames(t *testing.T) {
	for _, c := range []struct {
		tariff, provider, model string
		want                    bool
	}{
		{"bedrock-meta.llama3-1-8b-instruct-v1-0", "Amazon Bedrock", "llama-3.1-8b", true},
		{"fireworks-llama-v3p1-8b-instruct", "Fireworks", "llama-3.1-8b", true},
		{"bedrock-meta.llama3-1-70b-instruct-v1-0", "Amazon Bedrock", "llama-3.1-70b", true},
		{"bedrock-qwen.qwen3-32b-v1-0", "Amazon Bedrock", "qwen3-32b", true},
		{"groq-openai-gpt-oss-120b", "Groq", "gpt-oss-120b", true},
		{"bedrock-openai.gpt-oss-20b-1-0", "Amazon Bedrock", "gpt-oss-20b", true},
		{"together-meta-llama-llama-3.3-70b-instruct-turbo", "Together", "llama-3.3-70b", true},
		{"together-meta-llama-meta-llama-3.1-8b-instruct-turbo", "Together", "llama-3.1-8b", true},
		{"cloudflare-workers-ai-gpt-oss-120b", "Cloudflare", "gpt-oss-120b", true},

		{"bedrock-meta.llama3-8b-instruct-v1-0", "Amazon Bedrock", "llama-3.1-8b", false},
		{"bedrock-meta.llama3-1-70b-instruct-v1-0", "Amazon Bedrock", "llama-3.1-8b", false},
		{"bedrock-meta.llama3-3-70b-instruct-v1-0", "Amazon Bedrock", "llama-3.1-70b", false},
		{"bedrock-qwen.qwen3-coder-30b-a3b-v1-0", "Amazon Bedrock", "qwen3-30b-a3b", false},
		{"openai-gpt-oss-safeguard-20b", "OpenAI", "gpt-oss-20b", false},
		{"groq-meta-llama-llama-guard-3-8b", "Groq", "llama-3-8b", false},
		{"together-deepseek-r1-distill-llama-3.1-8b", "Together", "llama-3.1-8b", false},
		{"fireworks-qwen2p5-vl-72b-instruct", "Fireworks", "qwen2.5-72b", false},
		{"mistral-ministral-3-8b", "Mistral", "mistral-7b", false},
		{"groq-llama-3.1-8b-guard", "Groq", "llama-3.1-8b", false},
		{"groq-llama-3.1-8b-128-flash", "Groq", "llama-3.1-8b", false},
		{"bedrock-nvidia.nemotron-llama-3.1-8b-ultra", "Amazon Bedrock", "llama-3.1-8b", false},
	} {
		if got := names(c.tariff, c.provider, c.model); got != c.want {
			t.Errorf("%s is %s: %v, want %v", c.tariff, c.model, got, c.want)
		}
	}
}

// Models alike are those that a user names, by a tariff or by a model, and no other.
func TestAlike(t *testing.T) {
	catalog, err := costmodel.Load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		alike []string
		want  []string
	}{
		{nil, []string{"bedrock-meta.llama3-1-8b-instruct-v1-0", "fireworks-llama-v3p1-8b-instruct"}},
		{[]string{"my-api"}, []string{"bedrock-meta.llama3-1-8b-instruct-v1-0", "fireworks-llama-v3p1-8b-instruct", "my-api"}},
		{[]string{"qwen3-32b"}, []string{"bedrock-meta.llama3-1-8b-instruct-v1-0", "bedrock-qwen.qwen3-32b-v1-0", "fireworks-llama-v3p1-8b-instruct"}},
		{[]string{"llama-3.1-8b"}, []string{"bedrock-meta.llama3-1-8b-instruct-v1-0", "fireworks-llama-v3p1-8b-instruct"}},
	} {
		r := open(t, chats(func(s *Settings) { s.Alike = c.alike }))
		list, err := r.q.offers(catalog)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range list {
			got = append(got, o.tariff.Name)
			if named := !names(o.tariff.Name, o.tariff.Provider, "llama-3.1-8b"); (o.alike != "") != named {
				t.Errorf("%v: %s is told as alike to %q", c.alike, o.tariff.Name, o.alike)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("alike %v: %v, want %v", c.alike, got, c.want)
		}
	}
}
