"""The fifteen groups of tasks and solutions as the article of the provincial scheme names them.

The article names about fourteen; the division into fifteen is a reading of it, so every row says that it is unsure, and
an administrator words it as the scheme at hand does."""

from django.db import migrations

SOURCE = "Bài viết về Đề án “Nâng cao chất lượng sinh hoạt chi bộ” của Ban Thường vụ Tỉnh uỷ"
GROUPS = (
    "Tăng cường sự lãnh đạo của các cấp uỷ đảng về nhận thức và hành động",
    "Quán triệt, tuyên truyền, nâng cao nhận thức, trách nhiệm cho bí thư chi bộ, cán bộ, đảng viên",
    "Thực hiện Nghị quyết Trung ương 4 (khoá XI, XII) gắn với Chỉ thị 05-CT/TW của Bộ Chính trị",
    "Lựa chọn, bố trí bí thư chi bộ có chất lượng",
    "Đề cao trách nhiệm của đảng viên",
    "Tăng cường vai trò, trách nhiệm của cấp uỷ viên, công chức trong dự sinh hoạt chi bộ",
    "Lãnh đạo, chỉ đạo công tác phát triển đảng viên mới",
    "Nâng cao chất lượng đảng viên mới kết nạp",
    "Tăng cường kiểm tra, giám sát, kịp thời chấn chỉnh, xử lý nghiêm các vi phạm",
    "Duy trì nghiêm túc, nền nếp việc sinh hoạt chi bộ theo quy định",
    "Bồi dưỡng, tập huấn",
    "Động viên, khen thưởng",
    "Hướng dẫn, đôn đốc của các cơ quan chuyên môn",
    "Sơ kết, tổng kết, rút kinh nghiệm",
    "Nhân rộng các mô hình, cách làm hay có hiệu quả",
)


def add(apps, schema_editor):
    rows = apps.get_model("schemes", "GroupTemplate").objects
    if not rows.exists():
        rows.bulk_create(
            rows.model(position=number, name=name, source=SOURCE, certainty="U")
            for number, name in enumerate(GROUPS, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
