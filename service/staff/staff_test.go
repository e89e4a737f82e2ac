package staff_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"hutong/model"
	"hutong/service/database"
	"hutong/service/staff"
	"hutong/service/testdb"
	"hutong/service/testshop"
)

// each runs a test on both databases, in a shop where nobody works yet.
func each(t *testing.T, test func(t *testing.T, s *testshop.Shop)) {
	t.Helper()
	clock := testshop.NewClock()
	testdb.Each(t, func(t *testing.T, db *database.DB) { test(t, testshop.NewWorld(t, db, clock).Shop()) }, testdb.Clock(clock.Now))
}

func add(t *testing.T, s *testshop.Shop, role model.Role) staff.View {
	t.Helper()
	m, err := s.Staff.Add(s.Ctx, staff.Input{Name: " Anna Conti ", Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func token(t *testing.T, s *testshop.Shop, staffNo string) staff.NewToken {
	t.Helper()
	made, err := s.Staff.NewToken(s.Ctx, staffNo, staff.TokenInput{Name: "books", Days: 5})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// listed is the one token of the one member of staff, as the list has it.
func listed(t *testing.T, s *testshop.Shop) staff.TokenView {
	t.Helper()
	all, err := s.Staff.List(s.Ctx)
	if err != nil || len(all) != 1 || len(all[0].Tokens) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	return all[0].Tokens[0]
}

func TestAToken(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		m := add(t, s, model.RoleFinance)
		made := token(t, s, m.No)
		var row model.StaffToken
		if err := s.DB.Read(s.Ctx).Where("no = ?", made.No).Take(&row).Error; err != nil {
			t.Fatal(err)
		}
		if len(made.Token) != 47 || !strings.HasPrefix(made.Token, "hts_") || len(row.Hash) != 64 || strings.Contains(row.Hash, made.Token[4:]) {
			t.Errorf("%s is kept as %s", made.Token, row.Hash)
		}
		if again := token(t, s, m.No); again.Token == made.Token {
			t.Error("the same token twice")
		} else if err := s.Staff.RevokeToken(s.Ctx, again.No); err != nil {
			t.Fatal(err)
		}
		if v := listed(t, s); v.LastUsedAt != 0 || v != made.TokenView {
			t.Errorf("%+v", v)
		}
		who, err := s.Staff.Authenticate(t.Context(), made.Token)
		if err != nil || who.BrandID != s.Row.ID || who.No != m.No || who.Name != "Anna Conti" || who.Role != model.RoleFinance {
			t.Errorf("%+v, %v", who, err)
		}

		first := model.At(s.Clock.Now())
		for _, c := range []struct {
			later time.Duration
			want  model.Millis
		}{{0, first}, {59 * time.Minute, first}, {time.Minute, first.Add(time.Hour)}} {
			s.Clock.Turn(c.later)
			if _, err := s.Staff.Authenticate(t.Context(), made.Token); err != nil {
				t.Error(err)
			}
			if got := listed(t, s).LastUsedAt; got != c.want {
				t.Errorf("used at %d, want %d", got, c.want)
			}
		}
		s.Clock.Turn(5*24*time.Hour - time.Hour - time.Second)
		if _, err := s.Staff.Authenticate(t.Context(), made.Token); err != nil {
			t.Error(err)
		}
		s.Clock.Turn(time.Second) // while it is believed
		if _, err := s.Staff.Authenticate(t.Context(), made.Token); !errors.Is(err, model.ErrUnauthorized) {
			t.Errorf("expired: %v", err)
		}
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		m, other := add(t, s, model.RoleOwner), s.World.Shop()
		stranger := add(t, other, model.RoleOwner)
		of := token(t, other, stranger.No)
		for name, c := range map[string]struct {
			do   func() error
			want *model.Error
		}{
			"no name": {func() error { _, err := s.Staff.Add(s.Ctx, staff.Input{Name: " ", Role: model.RoleViewer}); return err }, model.ErrRequired},
			"a long name": {func() error {
				_, err := s.Staff.Add(s.Ctx, staff.Input{Name: strings.Repeat("王", 65), Role: model.RoleViewer})
				return err
			}, model.ErrTooLong},
			"no such role":          {func() error { _, err := s.Staff.Add(s.Ctx, staff.Input{Name: "Anna", Role: "root"}); return err }, model.ErrNotOneOf},
			"into no role":          {func() error { _, err := s.Staff.Change(s.Ctx, m.No, staff.Change{Role: "root"}); return err }, model.ErrNotOneOf},
			"into no state":         {func() error { _, err := s.Staff.Change(s.Ctx, m.No, staff.Change{Status: "gone"}); return err }, model.ErrNotOneOf},
			"the last owner's role": {func() error { _, err := s.Staff.Change(s.Ctx, m.No, staff.Change{Role: model.RoleViewer}); return err }, model.ErrLastOwner},
			"the last owner suspended": {func() error {
				_, err := s.Staff.Change(s.Ctx, m.No, staff.Change{Status: model.StaffSuspended})
				return err
			}, model.ErrLastOwner},
			"for ever": {func() error {
				_, err := s.Staff.NewToken(s.Ctx, m.No, staff.TokenInput{Name: "x", Days: 367})
				return err
			}, model.ErrOutOfRange},
			"for no time": {func() error { _, err := s.Staff.NewToken(s.Ctx, m.No, staff.TokenInput{Name: "x"}); return err }, model.ErrOutOfRange},
			"another brand's staff": {func() error {
				_, err := s.Staff.Change(s.Ctx, stranger.No, staff.Change{Status: model.StaffSuspended})
				return err
			}, model.ErrStaffNotFound},
			"a token for them": {func() error {
				_, err := s.Staff.NewToken(s.Ctx, stranger.No, staff.TokenInput{Name: "x", Days: 1})
				return err
			}, model.ErrStaffNotFound},
			"their token": {func() error { return s.Staff.RevokeToken(s.Ctx, of.No) }, model.ErrStaffNotFound},
		} {
			if err := c.do(); !errors.Is(err, c.want) {
				t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		if _, err := s.Staff.Authenticate(t.Context(), of.Token); err != nil {
			t.Errorf("the other brand's token: %v", err)
		}
	})
}

// While many call with a token it is revoked, twice at once: from then on nobody gets in, whatever was being
// looked up, and the audit log has it once.
func TestRevokedIsRevoked(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		m := add(t, s, model.RoleOwner)
		for range 20 {
			made := token(t, s, m.No)
			testdb.Race(16, func(i int) error {
				if i < 2 {
					return s.Staff.RevokeToken(s.Ctx, made.No)
				}
				_, err := s.Staff.Authenticate(s.Ctx, made.Token)
				return err
			})
			if _, err := s.Staff.Authenticate(s.Ctx, made.Token); !errors.Is(err, model.ErrUnauthorized) {
				t.Errorf("after it was revoked: %v", err)
			}
			if n := s.Count(&model.AuditEntry{}, "action = 'staff.token_revoke' AND subject_no = ?", made.No); n != 1 {
				t.Errorf("logged %d times", n)
			}
		}
	})
}

// Who is suspended stays so, though somebody else changes their role at the same moment.
func TestTwoChangesOfOneAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		for range 20 {
			m := add(t, s, model.RoleOperator)
			testdb.Race(2, func(i int) error {
				_, err := s.Staff.Change(s.Ctx, m.No, []staff.Change{{Status: model.StaffSuspended}, {Role: model.RoleViewer}}[i])
				if err != nil {
					t.Error(err)
				}
				return err
			})
			var now model.Staff
			if err := s.DB.Read(s.Ctx).Where("no = ?", m.No).Take(&now).Error; err != nil || now.Status != model.StaffSuspended || now.Role != model.RoleViewer {
				t.Errorf("%+v, %v", now, err)
			}
		}
	})
}

// Two owners take each other's role at the same time: one of them stays.
func TestTwoOwnersDemoteEachOther(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		first := add(t, s, model.RoleOwner).No
		for range 20 {
			both := []string{first, add(t, s, model.RoleOwner).No}
			errs := testdb.Race(2, func(i int) error {
				_, err := s.Staff.Change(s.Ctx, both[i], staff.Change{Role: model.RoleViewer})
				return err
			})
			if errors.Is(errs[0], model.ErrLastOwner) == errors.Is(errs[1], model.ErrLastOwner) {
				t.Fatalf("%v", errs)
			}
			if errs[0] == nil {
				first = both[1]
			}
		}
	})
}

// An owner who is suspended, or gets another role, has kept links that make another owner, or give one a new password:
// they are good no more. What others have made stays.
func TestTheLinksOfAnOwnerWhoIsNoneAnyMore(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		check := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		const password = "red lanterns at dusk"
		anna := add(t, s, model.RoleOwner)
		check(s.Staff.SetLogin(s.Ctx, anna.No, "anna@example.com", password))
		as := func(no string) context.Context {
			return model.WithActor(s.Ctx, model.Actor{Kind: model.ActorStaff, No: no})
		}
		accept := func(made staff.NewInvitation) error {
			_, _, err := s.Staff.Accept(t.Context(), staff.Acceptance{Token: made.Token, Password: password})
			return err
		}
		for name, change := range map[string]staff.Change{"suspended": {Status: model.StaffSuspended}, "demoted": {Role: model.RoleViewer}} {
			bruno := add(t, s, model.RoleOwner)
			invite := func(by, whom string) staff.NewInvitation {
				t.Helper()
				made, err := s.Staff.Invite(as(by), staff.Invite{Email: whom + "." + name + "@example.com", Role: model.RoleOwner})
				check(err)
				return made
			}
			used, kept, others := invite(bruno.No, "used"), invite(bruno.No, "kept"), invite(anna.No, "others")
			check(accept(used))
			reset, err := s.Staff.Reset(as(bruno.No), anna.No, true)
			check(err)

			_, err = s.Staff.Change(as(anna.No), bruno.No, change)
			check(err)
			for _, made := range []staff.NewInvitation{kept, reset} {
				if err := accept(made); !errors.Is(err, model.ErrInvitationGone) {
					t.Errorf("%s, %s: %v", name, made.Kind, err)
				}
				if n := s.Count(&model.AuditEntry{}, "action = 'staff.withdraw' AND subject_no = ? AND actor_no = ?", made.No, anna.No); n != 1 {
					t.Errorf("%s, %s: logged %d times", name, made.Kind, n)
				}
			}
			if n := s.Count(&model.AuditEntry{}, "action = 'staff.withdraw' AND subject_no IN ?", []string{used.No, others.No}); n != 0 {
				t.Errorf("%s: %d too many were withdrawn", name, n)
			}
			check(accept(others))
		}
	})
}

// Who is suspended is refused at once, and let in again with the same token.
func TestWhoIsSuspendedIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *testshop.Shop) {
		m := add(t, s, model.RoleFinance)
		made := token(t, s, m.No)
		for _, c := range []struct {
			status model.StaffStatus
			want   error
		}{{model.StaffSuspended, model.ErrUnauthorized}, {model.StaffActive, nil}} {
			if _, err := s.Staff.Change(s.Ctx, m.No, staff.Change{Status: c.status}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Staff.Authenticate(t.Context(), made.Token); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", c.status, err)
			}
		}
	})
}
