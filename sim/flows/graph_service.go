package flows

// Service is what is called and answers after a latency: stores, gateways, buses.
type Service struct {
	Name     string
	Place    int32
	Owner    Owner
	Ops      []Op
	Retry    Retry   // of its client's library, on throttles
	HitRate  float64 // of a cache
	Behind   int32   // service that is asked on a miss; None
	Before   []Use   // asked before each call: a firewall, a tracer; or, of a data key, for each that is let in
	Feeds    *Send   // a trigger of a stream or of objects, at which each write that ends well arrives; nil: none
	Add      Delay   // overheads, to each call
	Factor   float64 // overheads, on the time of its ops; 0: 1
	Standing []Standing
}

// Standing is what is billed by time.
type Standing struct {
	Meter int32
	Each  int64 // units a second of the window × this
}

// Op is an operation of a service.
type Op struct {
	Name      string
	First     Delay
	PerByte   float64 // ns
	Error     float64 // part of calls that fail, 0 to 1
	Limit     *Bucket
	Partition *Bucket // of each key of records; nil: none. Records without keys meet at no partition
	Most      *Most   // largest payload, which is not taken beyond it; nil: any
	Meter     int32   // None
	Unit      int64   // bytes of one unit, rounded up; 0: one a call
	ByBytes   bool    // counts bytes, at least Unit of a call
	Writes    bool
}
