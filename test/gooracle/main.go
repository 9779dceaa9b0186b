// Reads a board's public directory with golang.org/x/mod/sumdb, which shares
// nothing with this project: the checkpoint's signatures, the tree from tiles
// and from entries, inclusion, consistency with an older checkpoint, receipts.
//
// Test only. Built with Debian's golang-golang-x-mod-dev:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// keys are what the caller trusts.
type keys struct {
	log       note.Verifier
	witnesses []note.Verifier
	quorum    int
}

// checkpoint is a signed tree head.
type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func newKeys(log string, witnesses []string, quorum int) (*keys, error) {
	v, err := note.NewVerifier(log)
	if err != nil {
		return nil, fmt.Errorf("log key: %w", err)
	}
	k := &keys{log: v, quorum: quorum}
	for _, w := range witnesses {
		c, err := newCosigner(w)
		if err != nil {
			return nil, err
		}
		k.witnesses = append(k.witnesses, c)
	}
	return k, nil
}

// open verifies a signed checkpoint: the log's signature, and the quorum.
func (k *keys) open(data []byte) (*checkpoint, error) {
	n, err := note.Open(data, note.VerifierList(append(k.witnesses, k.log)...))
	if err != nil {
		return nil, err
	}
	logs, cosigned := 0, 0
	for _, s := range n.Sigs {
		if s.Name == k.log.Name() && s.Hash == k.log.KeyHash() {
			logs++
		} else {
			cosigned++
		}
	}
	if logs != 1 {
		return nil, errors.New("the log did not sign")
	}
	if cosigned < k.quorum {
		return nil, fmt.Errorf("%d witnesses cosigned, %d are needed", cosigned, k.quorum)
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.origin != k.log.Name() {
		err = fmt.Errorf("origin %q is not the name of the log's key", c.origin)
	}
	return c, err
}

func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return nil, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("the size is no number")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	return &checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, nil
}

// board is a public directory; it gives sumdb the tiles it asks for.
type board struct{ dir string }

func (b board) Height() int                             { return tileHeight }
func (b board) SaveTiles(tiles []tlog.Tile, _ [][]byte) {}

// path is the C2SP path: that of sumdb without the height.
func path(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	return "tile/" + strings.Replace(p, "data/", "entries/", 1)
}

func (b board) read(t tlog.Tile) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(b.dir, path(t)))
	if err != nil && t.W < 1<<tileHeight {
		full := t
		full.W = 1 << tileHeight
		if whole, e := os.ReadFile(filepath.Join(b.dir, path(full))); e == nil {
			if t.L < 0 {
				return whole, nil
			}
			return whole[:t.W*tlog.HashSize], nil
		}
	}
	return data, err
}

func (b board) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := b.read(t)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

// entries reads the bundles of a log of this size.
func (b board) entries(size int64) ([][]byte, error) {
	var out [][]byte
	for n := int64(0); n<<tileHeight < size; n++ {
		width := size - n<<tileHeight
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		data, err := b.read(tlog.Tile{H: tileHeight, L: -1, N: n, W: int(width)})
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("bundle %d is too short", n)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			out = append(out, data[2:end])
			data = data[end:]
		}
		if len(data) > 0 && int64(len(out)) != size {
			return nil, fmt.Errorf("bundle %d is too long", n)
		}
	}
	return out, nil
}

// memory holds the hashes of a tree as tlog stores them.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		if i < 0 || i >= int64(len(m)) {
			return nil, errors.New("a hash outside the tree")
		}
		out = append(out, m[i])
	}
	return out, nil
}

func hashAll(entries [][]byte) (memory, error) {
	var m memory
	for i, e := range entries {
		more, err := tlog.StoredHashes(int64(i), e, m)
		if err != nil {
			return nil, err
		}
		m = append(m, more...)
	}
	return m, nil
}

// checkTree: entries give the root, every tile is what they give.
func (b board) checkTree(tree tlog.Tree) error {
	entries, err := b.entries(tree.N)
	if err != nil {
		return err
	}
	m, err := hashAll(entries)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, m)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return errors.New("the entries do not give the root")
	}
	for _, t := range tlog.NewTiles(tileHeight, 0, tree.N) {
		last := tree.N >> uint(tileHeight*t.L) & (1<<tileHeight - 1)
		if t.W < 1<<tileHeight && int64(t.W) != last {
			continue // a tile of an earlier tree
		}
		want, err := tlog.ReadTileData(t, m)
		if err != nil {
			return err
		}
		got, err := b.read(t)
		if err != nil {
			return err
		}
		if !bytes.Equal(want, got) {
			return fmt.Errorf("%s is not what the entries give", path(t))
		}
	}
	return nil
}

// checkEntries: every entry's inclusion, proved from the tiles alone.
func (b board) checkEntries(tree tlog.Tree) error {
	entries, err := b.entries(tree.N)
	if err != nil {
		return err
	}
	tiles := tlog.TileHashReader(tree, b)
	for i, e := range entries {
		proof, err := tlog.ProveRecord(tree.N, int64(i), tiles)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(e))
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
	}
	return nil
}

// checkOld: the tree goes on from an older signed checkpoint.
func (b board) checkOld(k *keys, tree tlog.Tree, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := k.open(data)
	if err != nil {
		return err
	}
	if old.tree.N < 1 || old.tree.N > tree.N {
		return fmt.Errorf("its size %d is not in this tree", old.tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, old.tree.N, tlog.TileHashReader(tree, b))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.tree.N, old.tree.Hash)
}

// checkReceipt: a tlog-proof whose extra line is the entry.
func checkReceipt(k *keys, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, signed, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !found || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return errors.New("this is no receipt")
	}
	entry, err := base64.StdEncoding.DecodeString(lines[1][len("extra "):])
	if err != nil {
		return err
	}
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, h)
	}
	c, err := k.open(signed)
	if err != nil {
		return err
	}
	if index < 0 || index >= c.tree.N {
		return errors.New("its index is not in the tree")
	}
	return tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, index, tlog.RecordHash(entry))
}

// cosigner verifies timestamped cosignatures (type 4), which sumdb lacks.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	hex, text, _ := strings.Cut(rest, "+")
	hash, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return nil, fmt.Errorf("witness key %q: %w", vkey, err)
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != 4 {
		return nil, fmt.Errorf("witness key %q is not of type 4", vkey)
	}
	return &cosigner{name, uint32(hash), key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return time>>63 == 0 && ed25519.Verify(c.key, []byte(signed), sig[8:])
}

// tell prints a result and whether it held.
func tell(what string, err error) bool {
	if err != nil {
		fmt.Printf("FAIL %s: %v\n", what, err)
		return false
	}
	fmt.Printf("pass %s\n", what)
	return true
}

func run(dir string, k *keys, olds, receipts []string) bool {
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	var c *checkpoint
	if err == nil {
		c, err = k.open(data)
	}
	if !tell("checkpoint", err) {
		return false
	}
	b := board{dir}
	held := tell("tree", b.checkTree(c.tree))
	held = tell("entries", b.checkEntries(c.tree)) && held
	for _, file := range olds {
		held = tell("old checkpoint", b.checkOld(k, c.tree, file)) && held
	}
	for _, file := range receipts {
		held = tell("receipt", checkReceipt(k, file)) && held
	}
	return held
}

func main() {
	var witnesses, olds, receipts list
	dir := flag.String("dir", "", "a board's public directory")
	log := flag.String("log", "", "vkey of the log")
	quorum := flag.Int("quorum", 0, "how many witnesses must have cosigned")
	flag.Var(&witnesses, "witness", "vkey of a witness (several)")
	flag.Var(&olds, "old", "an older checkpoint (several)")
	flag.Var(&receipts, "receipt", "a tlog-proof (several)")
	flag.Parse()
	k, err := newKeys(*log, witnesses, *quorum)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if !run(*dir, k, olds, receipts) {
		os.Exit(1)
	}
}
