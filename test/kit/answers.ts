/** Complete answers to the form of birth registration (1.001193). Everybody in them is invented. */
export const birthAnswers = {
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    relationship: 'mother',
    phone: '0912345678',
    email: 'anh.nguyen@vidu.vn',
    address: 'Số 5 đường Tràng An, phường Hoa Lư, tỉnh Ninh Bình',
  },
  child: {
    surname: 'Trần',
    givenName: 'Minh Khôi',
    dateOfBirth: '2026-11-02',
    gender: 'male',
    placeOfBirth: 'Bệnh viện Sản Nhi tỉnh Ninh Bình',
    ethnicity: 'Kinh',
    nationality: 'Việt Nam',
    nativePlace: 'Phường Hoa Lư, tỉnh Ninh Bình',
  },
  mother: { fullName: 'Nguyễn Thị Ánh', dateOfBirth: '1990-05-20', personalId: '037190001234' },
  birthEvidence: 'birth-certificate',
} as const

export const birth = {
  procedureCode: '1.001193',
  agency: '000.00.12.H40',
  componentId: 'birth-certificate',
} as const
