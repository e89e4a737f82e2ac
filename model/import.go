package model

// ImportStatus is how far an import is.
type ImportStatus string

// The states of an import.
const (
	ImportQueued  ImportStatus = "queued"
	ImportRunning ImportStatus = "running"
	ImportDone    ImportStatus = "done"
	ImportFailed  ImportStatus = "failed" // the file as a whole could not be taken
)

// Import is a file of products that staff brought, and what became of it. Done and the counts move in the same
// transaction as the product that they count: whatever stops it, it goes on where it was.
type Import struct {
	ID            int64
	BrandID       int64
	No            string // ULID, outside
	Status        ImportStatus
	DryRun        bool  // changes nothing but the report
	Round         int64 // which run of the file this is, from 1
	FileName      string
	Language      string // BCP 47 tag of the file's texts
	Rate          string // what one unit of the file's currency is in CNY; "" for a file in CNY
	KeepPictures  bool   // they are fetched into the shop's own store
	Position      int64  // what has passed of all that reading the file tells
	Total         int64  // products that the file names
	Done          int64  // of these, that have passed
	Created       int64
	Updated       int64
	Unchanged     int64
	Refused       int64
	Problems      int64  // lines of the report that tell of one
	Fault         string // code of why it failed
	FaultDetail   string
	UnusedColumns List[string]
	CreatedAt     Millis `gorm:"autoCreateTime:milli"`
	UpdatedAt     Millis `gorm:"autoUpdateTime:milli"`
	FinishedAt    Millis
}

// ImportChunk is a part of an import's file, small enough for any database's packets.
type ImportChunk struct {
	ID       int64
	BrandID  int64
	ImportID int64
	Seq      int64
	Content  []byte
}

// ImportLine is a line of an import's report: what became of a product, or what of it could not be taken.
type ImportLine struct {
	ID         int64
	BrandID    int64
	ImportID   int64
	Line       int64 // of the file, from 1
	Handle     string
	Outcome    string // of the product: created, updated, unchanged, refused; "" for a problem
	ColumnName string
	Value      string
	Reason     string
	Effect     string
	Detail     string
}
