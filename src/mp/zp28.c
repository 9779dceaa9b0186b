/* Elements mod p in 28-bit limbs: in and out of bytes, comparison, selection.
 * All CT. */
#include "base/ct.h"
#include "mp/params.h"
#include "mp/scan.h"

#define N EVD_LIMB28_N
#define BITS EVD_LIMB28_BITS
#define MASK EVD_LIMB28_MASK

const evd_zp evd_zp_p = {{
    0x0FFFFFFF0FFFFFFF, 0x0FFFFFFF0FFFFFFF, 0x0FFFFFFF0FFFFFFF,
    0x0FFFFFFF0FFFFFFF, 0x02FD608F0FFFFFFF, 0x06162A2D08FDD0DF,
    0x0CAD9B9D04B713E0, 0x092D3568090DEFE9, 0x05F2DA4B07510058,
    0x02658904045744FB, 0x0E2D73730958D762, 0x0C4E92070CEF2F0C,
    0x0BA7D0520AC5B61C, 0x01A0C573039BA2BE, 0x0020060E04990839,
    0x06213631096AF503, 0x0C128D530D0BD2F9, 0x02B20CEE0886B905,
    0x0FAF3D9409F236E0, 0x0C994210090BBB16, 0x066D3C54022183ED,
    0x0A3CF5E90222B88C, 0x08261AFF0D446B1C, 0x0268A5C10F9538B9,
    0x06F5177F0BCF0755, 0x093D12280A4EF98D, 0x054731CD0C8EA172,
    0x030AF8890B44A025, 0x0969834906D4E6D3, 0x073EE55700B6C68F,
    0x03D7598A01951AE2, 0x04D162DB03B36585, 0x050B51850064C18B,
    0x0735D1B20DB31B5F, 0x0DB6C6060CB1078F, 0x0B1E17B90DAE313C,
    0x0350D2C9055D5179, 0x07AA30C4080A5417, 0x082074DB06015CFE,
    0x06A9C7F80A5E148E, 0x0669B3330564A337, 0x01E0BD1D06095D25,
    0x06593935014C4C1A, 0x0B479CD303CCCC4E, 0x08990E5C0943E732,
    0x0B396174060775DB, 0x0157D2E203DE1400, 0x0EE569D60DFC1EFA,
    0x00D30F880FE551A2, 0x0CA11FB50BFB9061, 0x0C50F3FD05C607F4,
    0x02F20E3A02DA2D97, 0x03032486055FA187, 0x048CAF5D0FA6BD38,
    0x04B72CE807B19D65, 0x0256FA0E0C7657F7, 0x0EA9BC3B0136603B,
    0x0DA113170C387EB9, 0x016224AE08C51ACB, 0x01169B82053E96CA,
    0x0382144207573B29, 0x01B10ED20EAE35C1, 0x0985595502FB4AFA,
    0x0E7B8762006DEBAC, 0x00D175B80BAAFA2B, 0x0432672908B62D8A,
    0x09803F2F06AF40F3, 0x0D1CF79A0BC9E3B3, 0x0FFFFFFB017217F7,
    0x0FFFFFFF0FFFFFFF, 0x0FFFFFFF0FFFFFFF, 0x0FFFFFFF0FFFFFFF,
    0x0FFFFFFF0FFFFFFF, 0x00000000000000FF,
}};

const evd_zp evd_zp_r1 = {{
    0x0010000000000000, 0x0000000000000000, 0x0000000000000000,
    0x0000000000000000, 0x0000000000000000, 0x020D029F07000000,
    0x01F9E9D50D27022F, 0x01635264062B48EC, 0x0A76D2CA0976F210,
    0x004A0D250B48AEFF, 0x09DD9A760FBBA8BB, 0x0F31D28C08C6A728,
    0x0E33B16D0F8310D0, 0x0414582F0AD53A49, 0x0C6E5F3A08CC645D,
    0x0FCFDFF90F1B66F7, 0x0069DEC90CE6950A, 0x0FA3ED720AC2F42D,
    0x01FD4DF301177946, 0x0E9050C206B60DC9, 0x012366BD0EF6F444,
    0x073992C30ABDDE7C, 0x0E35C30A016DDD47, 0x0467D9E50002BB94,
    0x0AAD975A03E06AC7, 0x07290AE8080430F8, 0x08D6C2ED0D75B106,
    0x0DAAB8CE0323715E, 0x02CCF5070764BB5F, 0x0706967C0B692B19,
    0x01D8C11A0A8F4939, 0x07AC28A6075E6AE5, 0x074B2E9D024C4C9A,
    0x0A0AF4AE07AF9B3E, 0x0708CA2E04D24CE4, 0x0C3249390F934EF8,
    0x0864E1E8046251CE, 0x0E8CAF2D036AA2AE, 0x001855CF03B7F5AB,
    0x0717DF8B0249FEA3, 0x0C8956380075A1EB, 0x0DA9964C0CCA9B5C,
    0x0E5E1F420E29F6A2, 0x0B19A6C60CAEB3B3, 0x0CD4B86302CC3333,
    0x024766F10A36BC18, 0x0FF4C69E08B9F88A, 0x005EA82D01DC21EB,
    0x05D11A96029203E1, 0x09EF2CF007701AAE, 0x00B35EE004A4046F,
    0x0683AF0C002A39F8, 0x078D0DF10C5D25D2, 0x0C7CFCDB079AA05E,
    0x09AB73500A205942, 0x008B48D301784E62, 0x0C4DA9050F1389A8,
    0x046156430C4EC99F, 0x03425EEC0E83C781, 0x035E9DDB05173AE5,
    0x0D6EE96407DAC169, 0x03EC7DEB0BD8A8C4, 0x005E4EF102D151CA,
    0x05367AA60AAD04B5, 0x0D41847809DF9214, 0x075F2E8A04745505,
    0x00CBCD980D6749D2, 0x04C67FC00D0950BF, 0x0082E3080654361C,
    0x00000000004E8DE8, 0x0000000000000000, 0x0000000000000000,
    0x0000000000000000, 0x0000000000000000,
}};

const evd_zp evd_zp_r2 = {{
    0x085CA3DD099E8057, 0x04FF2F140289EBCA, 0x0652E59503604AEF,
    0x031CB2A309B46CF6, 0x011BEBC60BF39E2B, 0x044064DB0E85F7CB,
    0x0E1C477308CD4683, 0x05D6530903718866, 0x02DDA60D02559457,
    0x05DCCC6D0AECE9D6, 0x087E1EED02EF85B7, 0x0BBA796E05A97B09,
    0x0B9A7F3E0557526D, 0x04E7B27004B62621, 0x00EEE5270BFF97E8,
    0x022BF9800EEF4493, 0x0C656EE303BA3EDD, 0x0748C5CF0F42D93B,
    0x0971FB8003B92DF1, 0x03EAB01402FCE008, 0x08775E0E03CC4824,
    0x05FE7FFA0941F0D9, 0x0B2862F20CB65B53, 0x0FC88DF4037A0BC7,
    0x00EBB00201FDDCD1, 0x0BCF1D8602794438, 0x06F3984501FDD6C7,
    0x0D0278760D50E8B5, 0x0E537182036E2038, 0x0B73C8140DD22F56,
    0x074DD528059265C8, 0x04A6DD1F0AB161D4, 0x0AF657B10FF3FE24,
    0x0BD11DA50CEF1F78, 0x0180CB720B776C7D, 0x027F35F6033361E6,
    0x032B04AB086EAA3B, 0x0A20A4E8041F5A04, 0x08E37515001DA0FC,
    0x053296E901FBBA81, 0x0C36A7750107FD6E, 0x0B128E960572F031,
    0x059E716707A10C26, 0x07C436ED04AD4074, 0x0D30BEED00CF5939,
    0x0AE34F030016D501, 0x069B806203981588, 0x083920F00A773983,
    0x07D27B9E08456C51, 0x0A1EA8F70B673A89, 0x0B516C020DE3C4EE,
    0x07A2A3E503DCEA93, 0x02402BF407C1DC64, 0x07093E300FE32FB4,
    0x0D89ABDD0802AF95, 0x075E7EA801BAE6E3, 0x09494A3800CB7C49,
    0x0D484D0B087D57E3, 0x09CE694B0006334D, 0x0DD253B30FF1939B,
    0x04AA3A260DE044DA, 0x0E55AE1B0429D0C5, 0x0B53AAE601AD4565,
    0x0D58B2B302AB13ED, 0x01DDE3C709D7D5F9, 0x0F68D2A60FE5F629,
    0x0D51B2A60CF950F2, 0x0FF472A00825F3C2, 0x05C03FEF033CCD0B,
    0x07FB45E300E2A09B, 0x076AD7B105C4B13D, 0x07A3660607294BF1,
    0x0301CC5A059C92E9, 0x00000000000000F9,
}};

static uint64_t limb(const evd_zp *a, size_t i) {
  return a->l[i / 2] >> 32 * (i % 2) & MASK;
}

/* r = a - p mod 2^(28 N); returns the borrow. */
static uint64_t minus_p(evd_zp *r, const evd_zp *a) {
  uint64_t borrow = 0;
  *r = (evd_zp){{0}};
  for (size_t i = 0; i < N; i++) {
    uint64_t d = limb(a, i) - limb(&evd_zp_p, i) - borrow;
    r->l[i / 2] |= (d & MASK) << 32 * (i % 2);
    borrow = d >> 63;
  }
  return borrow;
}

void evd_zp_subtract_p(evd_zp *r, const evd_zp *a) {
  evd_zp d;
  uint64_t below_p = minus_p(&d, a);
  evd_ct_cmov(d.l, a->l, EVD_ZP_LIMBS, below_p);
  *r = d;
}

/* Bytes and limbs meet every seven bytes, where two limbs end. */
static void load(evd_zp *r, const evd_p *in) {
  uint64_t held = 0;
  uint32_t bits = 0, n = 0;
  *r = (evd_zp){{0}};
  for (size_t i = EVD_P_BYTES; i-- > 0;) {
    held |= (uint64_t)in->b[i] << bits;
    bits += 8;
    if (bits < BITS)
      continue;
    r->l[n / 2] |= (held & MASK) << 32 * (n % 2);
    n++;
    held >>= BITS;
    bits -= BITS;
  }
  r->l[n / 2] |= held << 32 * (n % 2);
}

static void store(evd_p *out, const evd_zp *a) {
  uint64_t held = 0;
  uint32_t bits = 0;
  size_t n = 0;
  for (size_t i = EVD_P_BYTES; i-- > 0;) {
    if (bits < 8) {
      held |= limb(a, n++) << bits;
      bits += BITS;
    }
    out->b[i] = (uint8_t)held;
    held >>= 8;
    bits -= 8;
  }
}

bool evd_zp_from_bytes(const evd_kernel *k, evd_zp *r, const evd_p *in) {
  evd_zp plain, d;
  load(&plain, in);
  uint64_t below_p = minus_p(&d, &plain);
  k->mul(r, &plain, &evd_zp_r2);
  return below_p != 0;
}

void evd_zp_to_bytes(const evd_kernel *k, evd_p *out, const evd_zp *a) {
  evd_zp plain;
  k->redc(&plain, a);
  evd_zp_subtract_p(&plain, &plain);
  store(out, &plain);
}

void evd_zp_one(evd_zp *r) { *r = evd_zp_r1; }

bool evd_zp_is_zero(const evd_kernel *k, const evd_zp *a) {
  evd_zp x;
  uint64_t any = 0;
  (void)k; /* there is one layout */
  evd_zp_subtract_p(&x, a);
  for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
    any |= x.l[i];
  return evd_ct_is_zero(any) != 0;
}

bool evd_zp_equal(const evd_kernel *k, const evd_zp *a, const evd_zp *b) {
  evd_zp x, y;
  uint64_t differ = 0;
  (void)k;
  evd_zp_subtract_p(&x, a);
  evd_zp_subtract_p(&y, b);
  for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
    differ |= x.l[i] ^ y.l[i];
  return evd_ct_is_zero(differ) != 0;
}

uint64_t evd_zp_key(const evd_zp *a) {
  evd_zp x;
  evd_zp_subtract_p(&x, a);
  return x.l[0];
}

void evd_zp_cmov(evd_zp *r, const evd_zp *a, uint64_t flag) {
  evd_ct_cmov(r->l, a->l, EVD_ZP_LIMBS, flag);
}

/* One entry after the other: the order that memory is fastest in, where
 * nothing can be fetched ahead. */
void evd_row_scan(evd_zp *restrict r, const evd_zp *restrict row, uint32_t n,
                  uint32_t digit) {
  *r = (evd_zp){{0}};
  for (uint32_t d = 0; d < n; d++) {
    uint64_t mask = evd_ct_mask(evd_ct_equal(d, digit));
    for (size_t i = 0; i < EVD_ZP_LIMBS; i++)
      r->l[i] |= mask & row[d].l[i];
  }
}
