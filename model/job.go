package model

// JobStatus is a state of a job.
type JobStatus string

// The states of a job.
const (
	JobQueued JobStatus = "queued"
	JobDone   JobStatus = "done"
	JobDead   JobStatus = "dead" // gave up after too many tries; staff must look
)

// JobFlow is the life of a job. While somebody works at it, it stays queued with RunAt at the end of the
// lease: a worker that dies leaves it to become due again by itself.
var JobFlow = Flow[JobStatus]{
	JobDone:   {JobQueued},
	JobDead:   {JobQueued},
	JobQueued: {JobDead},
}

// JobStatuses lists the states in the order of a job's life.
var JobStatuses = []JobStatus{JobQueued, JobDone, JobDead}

// Job is due work or an effect on the outside, written in the transaction that caused it.
type Job struct {
	ID        int64
	BrandID   int64
	Kind      string
	Key       string `gorm:"column:job_key"` // unique within brand and kind: the same work is enqueued once
	Payload   string // JSON, small: numbers of things, never personal data
	Status    JobStatus
	RunAt     Millis // not before; a lease moves it ahead
	Fence     int64  // grows with each lease; an ack must carry the one it was leased with
	Attempts  int
	LastError string
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt Millis `gorm:"autoUpdateTime:milli"`
}

// IdempotencyKey remembers the answer to a request that creates something or moves money.
type IdempotencyKey struct {
	ID        int64
	BrandID   int64
	Owner     string // who asked, such as "user:12"
	Key       string `gorm:"column:idem_key"`
	InputHash string // SHA-256 of operation and input
	Answer    []byte // JSON
	CreatedAt Millis `gorm:"autoCreateTime:milli"`
	ExpiresAt Millis
}
