package hardware

import "github.com/coldcurve/coldcurve/sim/servers"

// VLLM returns the engine that vLLM's server starts on the profile where nothing
// but the scheduler is said; its Columns are the caller's. Under
// servers.PrefillFirst, whose steps have room for the longest request, that is the
// model's context, or what memory holds.
func (p *Profile) VLLM(s servers.Scheduler) servers.LLM {
	longest := p.Blocks * BlockTokens
	if context := p.Model.Context; context > 0 {
		longest = min(longest, context)
	}
	e := servers.Defaults(s, float64(p.GPU.Memory)/(1<<30), p.GPU.Name == "a100", longest)
	e.Timer, e.Blocks, e.BlockSize, e.Longest, e.Front = p, p.Blocks, BlockTokens, p.Model.Context, p.Front
	e.NoPrefixCache = s == servers.PrefillFirst
	return e
}
