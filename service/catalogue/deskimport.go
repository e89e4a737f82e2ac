package catalogue

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"

	"hutong/model"
	"hutong/service/catalogue/shopify"
	"hutong/service/database"
	"hutong/service/internal/idem"
	"hutong/service/internal/job"
	"hutong/service/internal/sheet"
	"hutong/service/internal/trail"
)

// Limits of an import by staff.
const (
	MaxImportFile = 20 << 20 // bytes
	maxImports    = 5        // under way at the same time
	chunkBytes    = 512 << 10
	importWhile   = 40 * time.Second // of a job; with the pictures of one more product it stays within its lease
	importTries   = 20
	keepImports   = 7 * 24 * time.Hour // the file, for a dry run to be confirmed
)

// importBounds are those of an .xlsx.
var importBounds = sheet.Bounds{Rows: 100_000, Columns: 200}

// ImportFile is a file that staff brought, and how it is to be understood.
type ImportFile struct {
	Name         string
	Content      []byte // CSV or .xlsx
	Language     string // BCP 47 tag of its texts
	Rate         string // what one unit of its currency is in CNY; "": it is in CNY
	KeepPictures bool   // fetch them into the shop's own store; else they are linked to where they are
	DryRun       bool   // change nothing, and tell what would become of each product
}

// ImportView is an import and how far it is.
type ImportView struct {
	No            string             `json:"no"`
	Status        model.ImportStatus `json:"status" enum:"queued,running,done,failed"`
	DryRun        bool               `json:"dry_run" doc:"It changes nothing, and tells what would become of each product"`
	Confirmable   bool               `json:"confirmable" doc:"A dry run that is done, and its file is kept: confirm-import does it in earnest"`
	Resumable     bool               `json:"resumable" doc:"It failed for no reason of its file's: resume-import goes on where it was"`
	File          string             `json:"file"`
	Language      string             `json:"language"`
	Rate          string             `json:"rate,omitempty"`
	Total         int64              `json:"total" doc:"Products that the file names"`
	Done          int64              `json:"done" doc:"Products that have passed"`
	Created       int64              `json:"created"`
	Updated       int64              `json:"updated"`
	Unchanged     int64              `json:"unchanged"`
	Refused       int64              `json:"refused"`
	Problems      int64              `json:"problems" doc:"Lines of the report that tell of one"`
	Fault         string             `json:"fault,omitempty" doc:"Code of why it failed"`
	FaultDetail   string             `json:"fault_detail,omitempty" doc:"The same in English, for support"`
	UnusedColumns []string           `json:"unused_columns"`
	CreatedAt     model.Millis       `json:"created_at" doc:"UTC milliseconds"`
	MovedAt       model.Millis       `json:"moved_at" doc:"When it last came on; UTC milliseconds"`
	FinishedAt    model.Millis       `json:"finished_at,omitempty" doc:"UTC milliseconds"`
	KeptUntil     model.Millis       `json:"kept_until,omitempty" doc:"Until when its file is kept, to be confirmed or resumed; UTC milliseconds"`
}

// faultInternal is the fault of an import that failed for no reason of its file's.
const faultInternal = "internal"

func (s *Service) viewImport(i model.Import) ImportView {
	v := ImportView{
		No: i.No, Status: i.Status, DryRun: i.DryRun, File: i.FileName,
		Language: i.Language, Rate: i.Rate, Total: i.Total, Done: i.Done, Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged,
		Refused: i.Refused, Problems: i.Problems, Fault: i.Fault, FaultDetail: i.FaultDetail, UnusedColumns: append([]string{}, i.UnusedColumns...),
		CreatedAt: i.CreatedAt, MovedAt: i.UpdatedAt, FinishedAt: i.FinishedAt,
	}
	confirmable, resumable := i.DryRun && i.Status == model.ImportDone, i.Status == model.ImportFailed && i.Fault == faultInternal
	if until := i.FinishedAt.Add(keepImports); (confirmable || resumable) && until > s.now.Now() {
		v.Confirmable, v.Resumable, v.KeptUntil = confirmable, resumable, until
	}
	return v
}

func (f ImportFile) check() error {
	var errs checks
	errs.add(f.Language != "" && len(f.Language) <= 16 && isASCII(f.Language), model.ErrInvalid.At("language"))
	errs.add(len(f.Content) > 0, model.ErrRequired.At("file"))
	if f.Rate != "" {
		_, err := shopify.ParseRate(f.Rate)
		errs.add(err == nil && len(f.Rate) <= 32, model.ErrInvalid.At("rate"))
	}
	if err := errs.err(); err != nil {
		return err
	}
	if len(f.Content) > MaxImportFile {
		return model.ErrTooLarge.At("file")
	}
	return nil
}

// StartImport keeps a file and plans its import, once for each key. Errors: ErrRequired at file, ErrInvalid at language
// or rate, ErrTooLarge, ErrTooMany when five are under way.
func (s *Service) StartImport(ctx context.Context, key string, f ImportFile) (ImportView, error) {
	if err := f.check(); err != nil {
		return ImportView{}, err
	}
	sum := sha256.Sum256(f.Content)
	r := idem.Request{
		Owner: model.ActorOf(ctx).String(), Key: key, Operation: "catalogue.import",
		Input: []any{hex.EncodeToString(sum[:]), f.Language, f.Rate, f.KeepPictures, f.DryRun},
	}
	no, err := idem.Once(ctx, s.db, s.now, r, func(tx *gorm.DB) (no string, err error) {
		var busy int64
		err = tx.Model(&model.Import{}).Where("status IN ?", []model.ImportStatus{model.ImportQueued, model.ImportRunning}).Count(&busy).Error
		if err != nil {
			return "", fmt.Errorf("imports: %w", err)
		}
		if busy >= maxImports {
			return "", model.ErrTooMany.With("max", strconv.Itoa(maxImports))
		}
		row := model.Import{
			No: s.newNo(), Status: model.ImportQueued, DryRun: f.DryRun, Round: 1, FileName: fileName(f.Name), Language: f.Language,
			Rate: f.Rate, KeepPictures: f.KeepPictures,
		}
		if err := tx.Create(&row).Error; err != nil {
			return "", fmt.Errorf("import: %w", err)
		}
		for seq, rest := int64(0), f.Content; len(rest) > 0; seq++ {
			part := rest[:min(chunkBytes, len(rest))]
			rest = rest[len(part):]
			if err := tx.Create(&model.ImportChunk{ImportID: row.ID, Seq: seq, Content: part}).Error; err != nil {
				return "", fmt.Errorf("file of import %s: %w", row.No, err)
			}
		}
		return row.No, s.planImport(ctx, tx, row)
	})
	if err != nil {
		return ImportView{}, err
	}
	return s.Import(ctx, no)
}

// planImport is the step that plans an import's next round.
func (s *Service) planImport(ctx context.Context, tx *gorm.DB, i model.Import) error {
	if err := job.Enqueue(tx, JobImport, fmt.Sprintf("%s/%d", i.No, i.Round), importRound{i.No, i.Round}, s.now.Now()); err != nil {
		return err
	}
	return trail.Write(ctx, tx, "import.start", trail.Subject{Kind: "import", No: i.No}, nil, map[string]any{
		"file": i.FileName, "language": i.Language, "rate": i.Rate, "dry_run": i.DryRun,
	})
}

// fileName is a name as it is shown: without folders, and not too long.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, "\ufffd"), `\`, "/"))
	return cutTo(name, 200)
}

func cutTo(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// ConfirmImport does in earnest what a dry run has told. Errors: ErrImportNotFound; ErrWrongState when it is no dry run
// that is done, or when its file is gone.
func (s *Service) ConfirmImport(ctx context.Context, no string) (ImportView, error) {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		i, err := importOf(tx, no)
		if err != nil {
			return err
		}
		res := tx.Model(&model.Import{}).Where("id = ? AND status = ? AND dry_run = ? AND round = ?", i.ID, model.ImportDone, true, i.Round).
			Updates(map[string]any{
				"status": model.ImportQueued, "dry_run": false, "round": i.Round + 1, "position": 0, "done": 0, "created": 0, "updated": 0,
				"unchanged": 0, "refused": 0, "problems": 0, "finished_at": 0,
			})
		if res.Error != nil {
			return fmt.Errorf("import %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrWrongState
		}
		if err := hasFile(tx, i); err != nil {
			return err
		}
		if err := tx.Where("import_id = ?", i.ID).Delete(&model.ImportLine{}).Error; err != nil {
			return fmt.Errorf("report of import %s: %w", no, err)
		}
		i.DryRun, i.Round = false, i.Round+1
		return s.planImport(ctx, tx, i)
	})
	if err != nil {
		return ImportView{}, err
	}
	return s.Import(ctx, no)
}

// ResumeImport goes on with an import that failed for no reason of its file's, such as a database that was away for long,
// where it was. Errors: ErrImportNotFound; ErrWrongState when it is none such, or when its file is gone.
func (s *Service) ResumeImport(ctx context.Context, no string) (ImportView, error) {
	err := s.db.InTx(ctx, func(tx *gorm.DB) error {
		i, err := importOf(tx, no)
		if err != nil {
			return err
		}
		res := tx.Model(&model.Import{}).
			Where("id = ? AND status = ? AND fault = ? AND round = ?", i.ID, model.ImportFailed, faultInternal, i.Round).
			Updates(map[string]any{"status": model.ImportQueued, "round": i.Round + 1, "fault": "", "fault_detail": "", "finished_at": 0})
		if res.Error != nil {
			return fmt.Errorf("import %s: %w", no, res.Error)
		}
		if res.RowsAffected == 0 {
			return model.ErrWrongState
		}
		if err := hasFile(tx, i); err != nil {
			return err
		}
		i.Round++
		return s.planImport(ctx, tx, i)
	})
	if err != nil {
		return ImportView{}, err
	}
	return s.Import(ctx, no)
}

// hasFile wants that an import's file is kept. Errors: ErrWrongState.
func hasFile(tx *gorm.DB, i model.Import) error {
	var chunks int64
	if err := tx.Model(&model.ImportChunk{}).Where("import_id = ?", i.ID).Count(&chunks).Error; err != nil {
		return fmt.Errorf("file of import %s: %w", i.No, err)
	}
	if chunks == 0 {
		return model.ErrWrongState
	}
	return nil
}

// importOf is an import by its number. Errors: ErrImportNotFound.
func importOf(tx *gorm.DB, no string) (i model.Import, err error) {
	if !isASCII(no) {
		return i, model.ErrImportNotFound
	}
	err = tx.Where("no = ?", no).Take(&i).Error
	if database.IsNotFound(err) {
		return i, model.ErrImportNotFound
	}
	if err != nil {
		return i, fmt.Errorf("import %s: %w", no, err)
	}
	return i, nil
}

// Import is an import and how far it is. Errors: ErrImportNotFound.
func (s *Service) Import(ctx context.Context, no string) (ImportView, error) {
	i, err := importOf(s.db.Read(ctx), no)
	if err != nil {
		return ImportView{}, err
	}
	return s.viewImport(i), nil
}

// Imports are the imports, the newest first; before is where the page before has ended. next is 0 on the last page.
// Errors: ErrOutOfRange at limit.
func (s *Service) Imports(ctx context.Context, before int64, limit int) (all []ImportView, next int64, err error) {
	if limit < 1 || limit > maxDeskLimit {
		return nil, 0, outOfRange("limit", maxDeskLimit)
	}
	query := s.db.Read(ctx)
	rows, next, err := database.Latest(query, before, limit, func(r model.Import) int64 { return r.ID })
	if err != nil {
		return nil, 0, fmt.Errorf("imports: %w", err)
	}
	all = make([]ImportView, len(rows))
	for i, r := range rows {
		all[i] = s.viewImport(r)
	}
	return all, next, nil
}

// PurgeImports removes the files of dry runs of all brands that nobody has confirmed within a week, at most so many
// parts, and tells how many. ctx must be across brands.
func (s *Service) PurgeImports(ctx context.Context, most int) (removed int64, err error) {
	err = s.db.InTx(ctx, func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Model(&model.ImportChunk{}).Joins("JOIN imports ON imports.id = import_chunks.import_id AND imports.brand_id = import_chunks.brand_id").
			Where("imports.status IN ? AND imports.finished_at < ?", []model.ImportStatus{model.ImportDone, model.ImportFailed}, s.now.Now().Add(-keepImports)).
			Limit(most).Pluck("import_chunks.id", &ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		res := tx.Where("id IN ?", ids).Delete(&model.ImportChunk{})
		removed = res.RowsAffected
		return res.Error
	})
	return removed, err
}
